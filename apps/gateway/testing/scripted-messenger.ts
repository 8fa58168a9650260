import { claimRequest, type Operation, Problem, reportRefusals, showCredential } from '@countersign/contracts';
import type { AskContext } from '@countersign/messaging';

export interface AskedOnce {
  readonly operation: Operation;
  readonly request: Record<string, unknown>;
  readonly context: AskContext;
}
export type Script = (request: Record<string, unknown>, context: AskContext) => unknown;

/** Stands for the services behind the bus: answers by script, parses both ways as the real one does, keeps count. */
export class ScriptedMessenger {
  readonly asked: AskedOnce[] = [];
  private readonly scripts = new Map<string, Script>();

  on(operation: Operation, script: Script): this {
    this.scripts.set(operation.subject, script);
    return this;
  }

  async ask(operation: Operation, request: unknown, context: AskContext): Promise<unknown> {
    const parsed = operation.request.safeParse(request);
    if (!parsed.success) throw new Problem('request.malformed', 'does not fit');
    const asked = parsed.data as Record<string, unknown>;
    this.asked.push({ operation, request: asked, context });
    const script = this.scripts.get(operation.subject);
    if (script === undefined) throw new Problem('bus.unavailable', `no service answers ${operation.subject}`);
    return operation.reply.parse(await script(asked, context));
  }

  /** Asks that reached a service, without those of the gateway's own. */
  effects(): readonly AskedOnce[] {
    const own: readonly Operation[] = [claimRequest, showCredential, reportRefusals];
    return this.asked.filter(({ operation }) => !own.includes(operation));
  }
}
