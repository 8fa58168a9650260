import { Problem } from '@countersign/contracts';
import { isReadyNow, type Logger, type PartState, type Readiness } from '@countersign/observability';
import type { Database } from '@countersign/persistence';
import type { CheckKeyRing } from '@countersign/sealed-rows';

/**
 * Whether a service can do its work: its database answers, its key ring opens what is sealed, and what it needs beside
 * that. It is asked over HTTP and over the bus, and tells the log whenever the answer changes.
 */
export class ServiceReadiness {
  private told = 'up';
  private looking: Promise<Readiness> | undefined;

  /** @param own what the service needs beside database and key ring */
  constructor(
    private readonly database: Database,
    private readonly keyRing: CheckKeyRing,
    private readonly own: () => Promise<Readiness>,
    private readonly logger: Logger,
  ) {}

  /** Every caller that reaches the port may ask. One look serves all that ask while it is under way (guarantee G8). */
  checks(): Promise<Readiness> {
    this.looking ??= this.lookAndTell().finally(() => {
      this.looking = undefined;
    });
    return this.looking;
  }

  async show(): Promise<{ isReady: boolean; checks: Readiness }> {
    const checks = await this.checks();
    return { isReady: isReadyNow(checks), checks };
  }

  private async lookAndTell(): Promise<Readiness> {
    const checks = await this.look();
    const faults = Object.fromEntries(Object.entries(checks).filter(([, state]) => state !== 'up'));
    const found = Object.values(faults).length === 0 ? 'up' : JSON.stringify(faults);
    if (found === this.told) return checks;
    this.told = found;
    if (found === 'up') this.logger.warn('all that this service needs is up again');
    else this.logger.error({ faults }, isReadyNow(checks) ? 'ready, with faults' : 'not ready');
    return checks;
  }

  private async look(): Promise<Readiness> {
    const database = await stateOf(async () => {
      await this.database.query('select 1');
      return 'up';
    });
    // without it nothing else can be looked at
    if (database !== 'up') return { database };
    const keyRing = await stateOf(() => this.keyRing.state());
    const own = await this.own().catch((error: unknown): Readiness => ({ service: downWith(error) }));
    return { database, keyRing, ...own };
  }
}

async function stateOf(look: () => Promise<PartState>): Promise<PartState> {
  return look().catch(downWith);
}

/** The state of a part that could not be looked at. */
export function downWith(error: unknown): PartState {
  if (error instanceof Problem) return `down: ${error.detail ?? error.message}`;
  return `down: ${error instanceof Error ? error.message : String(error)}`;
}
