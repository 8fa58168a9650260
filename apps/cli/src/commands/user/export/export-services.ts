import { systemClock, systemRandomness, uuidv7 } from '@countersign/clock';
import {
  countUsers,
  exportPasswords,
  exportSecrets,
  exportUsers,
  mostExportedAtOnce,
  type Operation,
  type ReplyOf,
  type RequestInput,
} from '@countersign/contracts';
import type { OperatorBus } from '../../../bus/operator-bus.js';
import { eachPage } from '../../../bus/pages.js';
import { untilAnswered } from '../../../bus/until-answered.js';
import type { Page } from '../../../output/streamed-list.js';
import type { UserRecord } from '../../../records/user-record.js';
import type { ExportOptions } from './export-options.js';

type ExportedUser = ReplyOf<typeof exportUsers>['users'][number];
type HandedOutSecrets = ReplyOf<typeof exportSecrets>['secrets'][number];

/** What an export asks of the services, each for as long as its patience lasts. */
export class ExportServices {
  /** User ids of those who are larger than a message: they are not among the records. */
  readonly tooLarge: string[] = [];

  /** @param pauses told why nothing moves */
  constructor(
    private readonly bus: OperatorBus,
    private readonly options: ExportOptions,
    private readonly pauses: (text: string) => void,
  ) {}

  async users(): Promise<number> {
    return (await this.ask(countUsers, { realm: this.options.realm })).users;
  }

  /** All users of the realm by user id, page by page, with what was asked for of their passwords and secrets. */
  async *records(): AsyncGenerator<readonly UserRecord[], void> {
    const { realm } = this.options;
    const readPage = async (after: string | undefined, limit: number): Promise<Page<ExportedUser>> => {
      const { users: items, tooLarge = [], next } = await this.ask(exportUsers, { realm, after, limit });
      this.tooLarge.push(...tooLarge.map(({ userId }) => userId));
      return { items, next };
    };
    for await (const { items } of eachPage(readPage)) {
      const [passwords, secrets] = await Promise.all([this.passwordsOf(items), this.secretsOf(items)]);
      yield items.map((user) => recordOf(user, passwords.get(user.id), secrets.get(user.id)));
    }
  }

  private async passwordsOf(users: readonly ExportedUser[]): Promise<ReadonlyMap<string, string>> {
    if (!this.options.passwords) return new Map();
    const { realm } = this.options;
    const replies = await Promise.all(idsOf(users).map((ids) => this.ask(exportPasswords, { realm, ids })));
    return new Map(replies.flatMap(({ passwords }) => passwords.map(({ id, passwordHash }) => [id, passwordHash])));
  }

  private async secretsOf(users: readonly ExportedUser[]): Promise<ReadonlyMap<string, HandedOutSecrets>> {
    if (!this.options.secrets) return new Map();
    const all = await Promise.all(idsOf(users).map((ids) => this.secretsOfAll(ids)));
    return new Map(all.flat().map((secrets) => [secrets.id, secrets]));
  }

  /** One answer has room for those of some; it says for whom to ask again. */
  private async secretsOfAll(ids: readonly string[]): Promise<readonly HandedOutSecrets[]> {
    const all: HandedOutSecrets[] = [];
    for (let left = ids; left.length > 0; ) {
      const { secrets, remaining = [] } = await this.ask(exportSecrets, { realm: this.options.realm, ids: [...left] });
      all.push(...secrets);
      left = remaining;
    }
    return all;
  }

  private ask<O extends Operation>(operation: O, request: RequestInput<O>): Promise<ReplyOf<O>> {
    const key = uuidv7(systemClock, systemRandomness);
    return untilAnswered((withinMs) => this.bus.askUnder(key, operation, request, withinMs), {
      timeoutMs: this.options.patienceMs,
      pauses: ({ message }) => this.pauses(`waiting: ${message}`),
    });
  }
}

function idsOf(users: readonly ExportedUser[]): string[][] {
  return Array.from({ length: Math.ceil(users.length / mostExportedAtOnce) }, (_, at) =>
    users.slice(at * mostExportedAtOnce, (at + 1) * mostExportedAtOnce).map(({ id }) => id),
  );
}

/**
 * With answers go questions, also one whose answer cannot be shown. What only this system knows of a contact stays behind:
 * its id, and when it was added.
 */
function recordOf(
  { id: _, questions, emails, phones, ...values }: ExportedUser,
  passwordHash: string | undefined,
  { pin, answers }: Partial<HandedOutSecrets> = {},
): UserRecord {
  const keys = answers === undefined ? [] : new Set([...Object.keys(questions), ...Object.keys(answers)]);
  const own = (texts: Readonly<Record<string, string>>, key: string) =>
    Object.hasOwn(texts, key) ? texts[key] : undefined;
  const answered = [...keys].map((key) => [key, { question: own(questions, key), answer: own(answers ?? {}, key) }]);
  return {
    ...values,
    ...(passwordHash === undefined ? {} : { passwordHash }),
    ...(pin === undefined ? {} : { pin }),
    emails: emails.map(({ id: _, addedAt: __, ...email }) => email),
    phones: phones.map(({ id: _, addedAt: __, ...phone }) => phone),
    questions: Object.fromEntries(answered),
  };
}
