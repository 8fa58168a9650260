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
import { hiddenUserWarning } from '../../../gateway/hidden-users.js';
import type { Chunk } from './chunks.js';
import type { ImportOptions } from './import-options.js';
import { type ChunkResult, type Difference, emptyTally, type Refusal } from './results.js';

/** What an import asks of the services, each for as long as its patience lasts. */
export class ImportServices {
  private readonly wanted = new AbortController();

  /** @param pauses told why nothing moves */
  constructor(
    private readonly bus: OperatorBus,
    private readonly options: ImportOptions,
    private readonly pauses: (text: string) => void,
  ) {}

  /** Ends the wait for answers. */
  giveUp(): void {
    this.wanted.abort();
  }

  async realmId(): Promise<string> {
    const { realm } = this.options;
    return (await this.ask(showRealm, { realm })).realmId;
  }

  /** A warning where applications cannot find some users of the realm. */
  async hiddenUserWarning(): Promise<string | undefined> {
    const { realm } = this.options;
    const { settings } = await this.ask(showRealm, { realm });
    return hiddenUserWarning(realm, settings.dialects, (operation, request) => this.ask(operation, request));
  }

  async users(): Promise<number> {
    const { realm } = this.options;
    return (await this.ask(countUsers, { realm })).users;
  }

  /**
   * Asks for the users of a chunk until it is answered, always under the same key, so that none is created twice. A
   * creation that was given up, since an earlier run was interrupted for long, is asked for once more.
   * @throws Problem when the whole chunk is refused or time is up
   */
  async send(chunk: Chunk, importId: string): Promise<ChunkResult> {
    const outcomes = [...(await this.outcomesOf(chunk.users, `${importId}.${chunk.end}`))];
    const isWithdrawn = (at: number) => outcomes[at]?.problem === 'user.withdrawn';
    const places = [...chunk.users.keys()].filter(isWithdrawn);
    const users = chunk.users.filter((_, at) => isWithdrawn(at));
    const again = await this.outcomesOf(users, `${importId}.${chunk.end}`, '.again');
    for (const [at, outcome] of again.entries()) outcomes[places[at] ?? -1] = outcome;
    return resultOf(chunk, outcomes);
  }

  /** By position. The key follows from what is asked: a run that finds others given up asks another question. */
  private async outcomesOf(users: Chunk['users'], name: string, ending = ''): Promise<readonly ImportOutcome[]> {
    if (users.length === 0) return [];
    const { realm, createGroups, update, dryRun } = this.options;
    const texts = users.map(({ text }) => text).join(',');
    const body = `{"realm":${JSON.stringify(realm)},"createGroups":${createGroups},"update":${update},"dryRun":${dryRun},"users":[${texts}]}`;
    const key = `${name}.${createHash('sha256').update(body).digest('base64url')}${ending}`;
    const { outcomes } = await this.untilAnswered((withinMs) =>
      this.bus.askTextUnder(key, importUsers, realm, body, withinMs),
    );
    if (outcomes.length === users.length) return outcomes;
    throw new Problem('internal', `${outcomes.length} outcomes for ${users.length} users`);
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

function resultOf(chunk: Chunk, outcomes: readonly ImportOutcome[]): ChunkResult {
  const tally = { ...emptyTally, refused: chunk.refusals.length };
  const refusals: Refusal[] = [...chunk.refusals];
  const differences: Difference[] = [];
  for (const [at, { line, userId, text }] of chunk.users.entries()) {
    const { outcome, problem = 'internal', detail }: ImportOutcome = outcomes[at] ?? { outcome: 'refused' };
    tally[outcome] += 1;
    if (outcome === 'different') differences.push({ line, userId, detail });
    if (outcome === 'refused')
      refusals.push({ line, userId, problem, ...(detail === undefined ? {} : { detail }), record: text });
  }
  refusals.sort((one, other) => one.line - other.line);
  return { end: chunk.end, tally, refusals, differences };
}
