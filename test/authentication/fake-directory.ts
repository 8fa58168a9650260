import { type Operation, Problem, type ProblemCode, type UserStatus } from '@countersign/contracts';
import { type AskContext, newAskContext } from '@countersign/messaging';

interface FakeUser {
  readonly id: string;
  readonly realm: string;
  readonly userId: string;
  state: UserStatus | 'group_missing';
}

type Step = 'before' | 'after';

/**
 * Stands in for the messenger: what the directory answers, kept in memory, with its one rule that matters here:
 * an id is a user, or withdrawn for good. `fail` makes an answer get lost before or after the directory did its work.
 */
export class FakeDirectory {
  readonly users: FakeUser[] = [];
  readonly withdrawn = new Set<string>();
  readonly adopted = new Map<string, unknown>();
  readonly asks: { readonly subject: string; readonly request: Record<string, unknown> }[] = [];
  private readonly failures = new Map<string, { readonly step: Step; readonly code: ProblemCode }[]>();

  private readonly interludes = new Map<string, () => void>();

  newContext(part: Partial<AskContext> = {}): AskContext {
    return newAskContext({ actor: { kind: 'service', id: 'authentication' }, ...part });
  }

  fail(operation: Operation, step: Step, code: ProblemCode = 'bus.deadline'): void {
    const list = this.failures.get(operation.subject) ?? [];
    this.failures.set(operation.subject, [...list, { step, code }]);
  }

  /** Runs something, once, between what was asked before and the next ask of this operation. */
  meanwhile(operation: Operation, act: () => void): void {
    this.interludes.set(operation.subject, act);
  }

  count(operation: Operation): number {
    return this.asks.filter(({ subject }) => subject === operation.subject).length;
  }

  add(realm: string, userId: string, id: string): FakeUser {
    const user: FakeUser = { id, realm, userId, state: 'active' };
    this.users.push(user);
    return user;
  }

  async ask(operation: Operation, input: unknown): Promise<unknown> {
    const request = operation.request.parse(input) as Record<string, unknown>;
    this.asks.push({ subject: operation.subject, request });
    const interlude = this.interludes.get(operation.subject);
    this.interludes.delete(operation.subject);
    interlude?.();
    const failure = this.failures.get(operation.subject)?.shift();
    if (failure?.step === 'before') throw new Problem(failure.code);
    const reply = this.answer(operation.subject.split('.').slice(2).join('.'), request);
    if (failure?.step === 'after') throw new Problem(failure.code);
    return operation.reply.parse(reply);
  }

  private answer(verb: string, request: Record<string, unknown>): unknown {
    if (verb === 'directory.realm.adopt') {
      this.adopted.set(String(request.realm), request);
      return {};
    }
    if (verb === 'directory.user.withdraw') return this.withdraw(request.ids as string[]);
    if (verb === 'directory.user.create') return this.create(request);
    const user = this.find(request);
    if (user === undefined) throw new Problem('user.unknown');
    if (verb === 'directory.user.mark') return this.mark(user, request);
    return { id: user.id, userId: user.userId, state: user.state };
  }

  private mark(user: FakeUser, { status, from }: Record<string, unknown>): { id: string; isMarked: boolean } {
    const now = user.state === 'group_missing' ? 'active' : user.state;
    const isMarked = now === status || from === undefined || (from as UserStatus[]).includes(now);
    if (isMarked && now !== status) user.state = status as UserStatus;
    return { id: user.id, isMarked };
  }

  private create(request: Record<string, unknown>): { id: string } {
    const id = String(request.id);
    if (this.withdrawn.has(id)) throw new Problem('user.withdrawn');
    if (this.users.some((user) => user.id === id)) return { id };
    if (this.find(request) !== undefined) throw new Problem('user.exists');
    return { id: this.add(String(request.realm), String(request.userId), id).id };
  }

  private withdraw(ids: string[]): { existing: string[] } {
    const existing = ids.filter((id) => this.users.some((user) => user.id === id));
    for (const id of ids) if (!existing.includes(id)) this.withdrawn.add(id);
    return { existing };
  }

  private find(request: Record<string, unknown>): FakeUser | undefined {
    return this.users.find(({ realm, userId }) => realm === request.realm && userId === request.userId);
  }
}
