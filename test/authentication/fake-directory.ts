import { type ImportOutcome, type Operation, Problem, type ProblemCode, type UserState } from '@countersign/contracts';
import { type AskContext, newAskContext } from '@countersign/messaging';

interface FakeUser {
  readonly id: string;
  readonly realm: string;
  userId: string;
  state: UserState;
  isGroupMissing: boolean;
  name: unknown;
}

type Step = 'before' | 'after';
type Request = Record<string, unknown>;

/**
 * Stands in for the messenger: what the directory answers, kept in memory, with its rules that matter here: an id is a
 * user, or withdrawn for good; what was changed for an idempotency key is answered again, not done again. `fail` makes
 * an answer get lost before or after the directory did its work.
 */
export class FakeDirectory {
  readonly users: FakeUser[] = [];
  readonly withdrawn = new Set<string>();
  readonly adopted = new Map<string, Request>();
  readonly asks: { readonly subject: string; readonly request: Request }[] = [];
  private readonly failures = new Map<string, { readonly step: Step; readonly code: ProblemCode }[]>();
  private readonly interludes = new Map<string, () => unknown>();
  private readonly replies = new Map<string, unknown>();
  private readonly answered = new Map<string, { readonly request: string; readonly reply: unknown }>();

  newContext(part: Partial<AskContext> = {}): AskContext {
    return newAskContext({ actor: { kind: 'service', id: 'authentication' }, ...part });
  }

  fail(operation: Operation, step: Step, code: ProblemCode = 'bus.deadline'): void {
    const list = this.failures.get(operation.subject) ?? [];
    this.failures.set(operation.subject, [...list, { step, code }]);
  }

  /** Answers the next ask of this operation so, and does nothing. */
  answerWith(operation: Operation, reply: unknown): void {
    this.replies.set(operation.subject, reply);
  }

  /** Runs something, once, between what was asked before and the next ask of this operation. */
  meanwhile(operation: Operation, act: () => unknown): void {
    this.interludes.set(operation.subject, act);
  }

  count(operation: Operation): number {
    return this.asks.filter(({ subject }) => subject === operation.subject).length;
  }

  add(realm: string, userId: string, id: string, name: unknown = {}): FakeUser {
    const user: FakeUser = { id, realm, userId, state: 'active', isGroupMissing: false, name };
    this.users.push(user);
    return user;
  }

  /** @throws Error when there is no user of that name */
  user(realm: string, userId: string): FakeUser {
    const found = this.find({ realm, userId });
    if (found === undefined) throw new Error(`no user ${userId}`);
    return found;
  }

  async ask(operation: Operation, input: unknown, context: AskContext): Promise<unknown> {
    const request = operation.request.parse(input) as Request;
    this.asks.push({ subject: operation.subject, request });
    const interlude = this.interludes.get(operation.subject);
    this.interludes.delete(operation.subject);
    await interlude?.();
    const given = this.replies.get(operation.subject);
    if (this.replies.delete(operation.subject)) return operation.reply.parse(given);
    const failure = this.failures.get(operation.subject)?.shift();
    if (failure?.step === 'before') throw new Problem(failure.code);
    const reply = this.once(operation, request, context);
    if (failure?.step === 'after') throw new Problem(failure.code);
    return operation.reply.parse(reply);
  }

  askParsed(operation: Operation, request: unknown, context: AskContext): Promise<unknown> {
    return this.ask(operation, request, context);
  }

  private once({ subject, effect }: Operation, request: Request, { idempotencyKey }: AskContext): unknown {
    const key = `${subject} ${idempotencyKey}`;
    const text = JSON.stringify(request);
    const known = this.answered.get(key);
    if (known !== undefined && known.request !== text) throw new Problem('request.key_reused');
    const reply = known?.reply ?? this.answer(subject.split('.').slice(3).join('.'), request);
    if (effect === 'changes') this.answered.set(key, { request: text, reply });
    return reply;
  }

  private answer(verb: string, request: Request): unknown {
    if (verb === 'realm.adopt') return this.adopt(request);
    if (verb === 'user.withdraw') return this.withdraw(request.ids as string[]);
    if (verb === 'user.create') return this.create(request);
    if (verb === 'user.import') return this.import(request);
    if (verb === 'user.erase') return this.erase(request);
    const user = this.find(request);
    if (user === undefined) throw new Problem('user.unknown');
    if (verb === 'user.mark') return this.mark(user, request);
    return { id: user.id, userId: user.userId, state: user.state, isGroupMissing: user.isGroupMissing };
  }

  private adopt(request: Request): unknown {
    const known = Number(this.adopted.get(String(request.realm))?.settingsVersion ?? 0);
    if (Number(request.settingsVersion) > known) this.adopted.set(String(request.realm), request);
    return {};
  }

  private mark(user: FakeUser, { id, state, from }: Request): { id: string; isMarked: boolean } {
    if (id !== undefined && id !== user.id) return { id: user.id, isMarked: false };
    const isMarked = user.state === state || from === undefined || (from as UserState[]).includes(user.state);
    if (isMarked) user.state = state as UserState;
    return { id: user.id, isMarked };
  }

  private create(request: Request): { id: string } {
    const id = String(request.id);
    if (this.withdrawn.has(id)) throw new Problem('user.withdrawn');
    if (this.users.some((user) => user.id === id)) return { id };
    if (this.find(request) !== undefined) throw new Problem('user.exists');
    return { id: this.add(String(request.realm), String(request.userId), id, request.name).id };
  }

  /** A user of this user id is `same` with the same name, or gets it by an update; a user with groups is refused. */
  private import({ realm, users, update, dryRun }: Request): { outcomes: ImportOutcome[] } {
    const outcomes = (users as Request[]).map((user): ImportOutcome => {
      if (this.withdrawn.has(String(user.id))) return { outcome: 'refused', problem: 'user.withdrawn' };
      if ((user.groups as string[]).length > 0) return { outcome: 'refused', problem: 'group.unknown' };
      const known = this.find({ realm, userId: user.userId });
      if (known !== undefined && known.id !== user.id) {
        const isSame = JSON.stringify(known.name) === JSON.stringify(user.name);
        if (!isSame && update && !dryRun) known.name = user.name;
        return { outcome: isSame ? 'same' : update ? 'updated' : 'different', id: known.id };
      }
      if (!dryRun && known === undefined)
        this.add(String(realm), String(user.userId), String(user.id), user.name).state = (user.state ??
          'active') as UserState;
      return { outcome: 'created', id: String(user.id) };
    });
    return { outcomes };
  }

  private erase({ realm, id }: Request): { id: string } {
    const index = this.users.findIndex((user) => user.id === id && user.realm === realm);
    if (index < 0 && !this.withdrawn.has(String(id))) throw new Problem('user.unknown');
    if (index >= 0) this.users.splice(index, 1);
    this.withdrawn.add(String(id));
    return { id: String(id) };
  }

  private withdraw(ids: string[]): { existing: string[] } {
    const existing = ids.filter((id) => this.users.some((user) => user.id === id));
    for (const id of ids) if (!existing.includes(id)) this.withdrawn.add(id);
    return { existing };
  }

  private find(request: Request): FakeUser | undefined {
    return this.users.find(({ realm, userId }) => realm === request.realm && userId === request.userId);
  }
}
