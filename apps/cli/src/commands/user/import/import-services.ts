import { createHash } from 'node:crypto';
import { systemClock, systemRandomness, uuidv7 } from '@countersign/clock';
import {
  countUsers,
  type ImportOutcome,
  importUsers,
  type Operation,
  Problem,
  type ReplyOf,
  type RequestInput,
  showRealm,
} from '@countersign/contracts';
import type { OperatorBus } from '../../../bus/operator-bus.js';
import { untilAnswered } from '../../../bus/until-answered.js';
import type { JudgedChunk } from './chunks.js';
import type { ImportOptions } from './import-options.js';
import type { Refusal } from './judge-record.js';
import { type ChunkResult, emptyTally } from './tally.js';

/** What an import asks of the services, each for as long as its patience lasts. */
export class ImportServices {
  private readonly wanted = new AbortController();

  /** @param pauses told why nothing moves */
  constructor(
    private readonly bus: OperatorBus,
    private readonly options: ImportOptions,
    private readonly pauses: (text: string) => void,
  ) {}

  /** Nobody waits for an answer any more. */
  giveUp(): void {
    this.wanted.abort();
  }

  async realmId(): Promise<string> {
    const { realm } = this.options;
    return (await this.ask(showRealm, { realm })).realmId;
  }

  async users(): Promise<number> {
    const { realm } = this.options;
    return (await this.ask(countUsers, { realm })).users;
  }

  /**
   * Asks for the users of a chunk until it is answered, always under the same key, so that none is created twice.
   * @throws Problem when the whole chunk is refused or time is up
   */
  async send(chunk: JudgedChunk, importId: string): Promise<ChunkResult> {
    if (chunk.users.length === 0) return resultOf(chunk, []);
    const { realm, createGroups, dryRun } = this.options;
    const users = chunk.users.map(({ text }) => text).join(',');
    const body = `{"realm":${JSON.stringify(realm)},"createGroups":${createGroups},"dryRun":${dryRun},"users":[${users}]}`;
    const key = `${importId}.${chunk.number}.${createHash('sha256').update(body).digest('base64url')}`;
    const { outcomes } = await this.untilAnswered((withinMs) =>
      this.bus.askTextUnder(key, importUsers, realm, body, withinMs),
    );
    if (outcomes.length === chunk.users.length) return resultOf(chunk, outcomes);
    throw new Problem('internal', `${outcomes.length} outcomes for ${chunk.users.length} users`);
  }

  private ask<O extends Operation>(operation: O, request: RequestInput<O>): Promise<ReplyOf<O>> {
    const key = uuidv7(systemClock, systemRandomness);
    return this.untilAnswered((withinMs) => this.bus.askUnder(key, operation, request, withinMs));
  }

  private untilAnswered<T>(ask: (withinMs: number) => Promise<T>): Promise<T> {
    return untilAnswered(ask, {
      timeoutMs: this.options.patienceMs,
      signal: this.wanted.signal,
      pauses: ({ message }) => this.pauses(`waiting: ${message}`),
    });
  }
}

function resultOf(chunk: JudgedChunk, outcomes: readonly ImportOutcome[]): ChunkResult {
  const tally = { ...emptyTally, refused: chunk.refusals.length };
  const refusals: Refusal[] = [...chunk.refusals];
  for (const [at, { line, userId }] of chunk.users.entries()) {
    const { outcome, problem = 'internal' } = outcomes[at] ?? { outcome: 'refused' as const };
    tally[outcome] += 1;
    if (outcome === 'refused') refusals.push({ line, userId, problem });
  }
  refusals.sort((one, other) => one.line - other.line);
  return { number: chunk.number, end: chunk.end, tally, refusals };
}
