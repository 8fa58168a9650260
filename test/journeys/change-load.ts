import { setTimeout as later } from 'node:timers/promises';
import { propertyNames } from '@countersign/contracts';
import { eventually } from '@countersign/testing';
import type { Answer, Application } from './application.js';
import { UndescribedAnswer } from './described-answers.js';

/** One change that an application asked for. No two of a load have both the user and the property in common. */
export interface Change {
  readonly userId: string;
  /** Which property was set; the creation of the user where there is none. */
  readonly property: string | undefined;
  /** `unknown`: refused with 503, or no answer came; it may or may not have been made. */
  readonly outcome: 'acknowledged' | 'unknown';
}

/** Properties that take any text, and hold what no other user has to differ in. */
const properties = propertyNames.filter((key) => !key.startsWith('email'));
const backOffMs = 200;
/** Between an answer and the next change: a steady load, which leaves the processors to what is started meanwhile. */
const pauseMs = 30;

/**
 * Applications that create users and then set each of their properties once, one change after the other, whatever
 * happens to the platform. What is refused is not tried again, so that each change was asked for exactly once.
 */
export class ChangeLoad {
  readonly changes: Change[] = [];
  /** Answers that are neither a success nor a signed 503 in the dialect's shape. */
  readonly strange: string[] = [];
  private readonly writers: readonly Promise<void>[];
  private isStopping = false;
  private lastUser = 0;

  private constructor(
    private readonly application: Application,
    /** Gateways that are up; changed by a spec that takes one away. */
    private readonly gateways: readonly string[],
    writers: number,
  ) {
    this.writers = Array.from({ length: writers }, (_, index) => this.write(index));
  }

  static start(application: Application, gateways: readonly string[], writers = 3): ChangeLoad {
    return new ChangeLoad(application, gateways, writers);
  }

  get acknowledged(): readonly Change[] {
    return this.changes.filter(({ outcome }) => outcome === 'acknowledged');
  }

  /** Resolves when so many more changes have been acknowledged than now. */
  async flows(more = 20): Promise<void> {
    const wanted = this.acknowledged.length + more;
    await eventually(
      () => {
        const { length } = this.acknowledged;
        if (length < wanted) throw new Error(`${length} of ${wanted} changes acknowledged; ${this.strange.at(-1)}`);
      },
      { deadlineMs: 60_000, everyMs: 50 },
    );
  }

  /** Lets what is under way end. */
  async stop(): Promise<void> {
    this.isStopping = true;
    await Promise.all(this.writers);
  }

  private async write(writer: number): Promise<void> {
    while (!this.isStopping) {
      this.lastUser += 1;
      const userId = `load ${writer} ${this.lastUser}`;
      if (await this.create(userId)) await this.fill(userId);
    }
  }

  private create(userId: string): Promise<boolean> {
    return this.change({ userId, property: undefined }, (gateway) =>
      this.application.ask('POST', '/demo/api/v1/users', { userId, password: passwordOf(userId) }, gateway),
    );
  }

  private async fill(userId: string): Promise<void> {
    const path = `/demo/api/v1/users/${encodeURIComponent(userId)}`;
    for (const property of properties) {
      if (this.isStopping) return;
      const body = { properties: { [property]: textOf({ userId, property }) } };
      await this.change({ userId, property }, (gateway) => this.application.ask('PUT', path, body, gateway));
    }
  }

  private async change(
    what: Pick<Change, 'userId' | 'property'>,
    ask: (gateway: string) => Promise<Answer>,
  ): Promise<boolean> {
    const gateway = this.gateways[this.changes.length % this.gateways.length] ?? '';
    const answer = await ask(gateway).catch((error: unknown) => {
      if (error instanceof UndescribedAnswer) this.strange.push(error.message);
      return undefined;
    });
    const isMade = answer?.status === 200 && answer.json?.status === 'success';
    const isRefused = answer?.status === 503 && answer.json?.status === 'server_error' && answer.signatureHolds;
    if (answer !== undefined && !isMade && !isRefused) {
      this.strange.push(`${answer.status} ${answer.text} signed: ${answer.signatureHolds}`);
    }
    this.changes.push({ ...what, outcome: isMade ? 'acknowledged' : 'unknown' });
    // as a client that heeds Retry-After, if not for as long
    await later(isMade ? pauseMs : backOffMs);
    return isMade;
  }
}

/** The password that the load gives a user. */
export function passwordOf(userId: string): string {
  return `password of ${userId}`;
}

/** The name of a change. */
export function keyOf({ userId, property }: Pick<Change, 'userId' | 'property'>): string {
  return `${userId}: ${property ?? 'created'}`;
}

/** The changes of a load that took place, as the users' profiles show them. */
export async function shownChanges(application: Application, changes: readonly Change[]): Promise<string[]> {
  const shown: string[] = [];
  for (const userId of new Set(changes.map((change) => change.userId))) {
    const { status, text, json } = await application.ask('GET', `/demo/api/v1/users/${encodeURIComponent(userId)}`);
    if (status === 404) continue;
    if (status !== 200) throw new Error(`${userId} is not shown: ${status} ${text}`);
    shown.push(keyOf({ userId, property: undefined }), ...shownValues(userId, json.properties));
  }
  return shown;
}

function shownValues(userId: string, properties: Readonly<Record<string, { readonly value: string }>>): string[] {
  return Object.entries(properties).map(([property, { value }]) => {
    const key = keyOf({ userId, property });
    return value === textOf({ userId, property }) ? key : `${key} is ${value}`;
  });
}

/** The value that a change of a load sets. */
function textOf({ userId, property }: Pick<Change, 'userId' | 'property'>): string {
  return `${property} of ${userId}`;
}
