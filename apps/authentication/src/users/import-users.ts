import { systemClock, systemRandomness, uuidv7 } from '@countersign/clock';
import {
  type ImportOutcome,
  importUserRecords,
  importUsers,
  type ReplyOf,
  type RequestOf,
} from '@countersign/contracts';
import { type Asked, Messenger } from '@countersign/messaging';
import { Injectable } from '@nestjs/common';
import { PasswordSecrets } from '../passwords/password-secrets.js';
import { ReserveCredentials } from '../passwords/reserve-credentials.js';
import { SettleReservations } from '../passwords/settle-reservations.js';
import { FindRealm } from '../realms/find-realm.js';
import type { Realm } from '../realms/realm.js';
import { type Importable, importablesOf, outcomesByPosition, usersAmong } from './import-batch.js';

type Request = RequestOf<typeof importUsers>;
type Outcomes = readonly ImportOutcome[];

/**
 * Creates many users with the hashes of another system, as {@link RegisterUser} creates one: the credentials of all are
 * reserved under new ids, the directory's transaction is the one commit point, and it says which of them are users.
 */
@Injectable()
export class ImportUsers {
  constructor(
    private readonly findRealm: FindRealm,
    private readonly secrets: PasswordSecrets,
    private readonly reserveCredentials: ReserveCredentials,
    private readonly settleReservations: SettleReservations,
    private readonly messenger: Messenger,
  ) {}

  /** @throws Problem `realm.unknown`, `password.hashing_overloaded`; `bus.*` when it is not known who was created */
  async run(request: Request, asked: Asked): Promise<ReplyOf<typeof importUsers>> {
    const realm = await this.findRealm.run(request.realm);
    const importables = importablesOf(request.users, () => uuidv7(systemClock, systemRandomness));
    const outcomes = await this.outcomesOf(importables, request, realm, asked);
    return { outcomes: outcomesByPosition(request.users.length, importables, outcomes) };
  }

  private async outcomesOf(
    importables: readonly Importable[],
    request: Request,
    realm: Realm,
    asked: Asked,
  ): Promise<Outcomes> {
    if (importables.length === 0) return [];
    return request.dryRun
      ? this.tryOut(importables, request, asked)
      : this.importThem(importables, request, realm, asked);
  }

  /** Nothing is kept, here nor there; the id of a user who would be created means nobody. */
  private async tryOut(importables: readonly Importable[], request: Request, asked: Asked): Promise<Outcomes> {
    const outcomes = await this.ask(importables, request, asked);
    return outcomes.map((outcome) => (outcome.outcome === 'created' ? { outcome: 'created' } : outcome));
  }

  /** The same request again finds the ids of the first time, and the directory says what became of them. */
  private async importThem(
    importables: readonly Importable[],
    request: Request,
    realm: Realm,
    asked: Asked,
  ): Promise<Outcomes> {
    const newIds = importables.map(({ id }) => id);
    const toBe = { realm, cause: 'imported', ids: newIds, credentials: this.secrets.keep(importables) } as const;
    const reservation = await this.reserveCredentials.run(importUsers, request, toBe, asked);
    const reserved = importables.map((one, index) => ({ ...one, id: reservation.ids[index] ?? one.id }));
    const outcomes = await this.ask(reserved, request, asked);
    await this.settleReservations.note(reservation, usersAmong(reserved, outcomes), asked);
    return outcomes;
  }

  private async ask(
    importables: readonly Importable[],
    { realm, createGroups, dryRun }: Request,
    asked: Asked,
  ): Promise<Outcomes> {
    const users = importables.map(({ id, user }) => ({ ...user, id }));
    const { outcomes } = await this.messenger.ask(importUserRecords, { realm, users, createGroups, dryRun }, asked);
    if (outcomes.length === users.length) return outcomes;
    throw new Error(`the directory gave ${outcomes.length} outcomes for ${users.length} users`);
  }
}
