import { pooledRandomness, systemClock, uuidv7 } from '@countersign/clock';
import { importUserRecords, importUsers, type ReplyOf, type RequestOf } from '@countersign/contracts';
import { type Asked, Messenger } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { Controller } from '@nestjs/common';
import { BringHashes } from '../passwords/bring-hashes.js';
import { PasswordSecrets } from '../passwords/password-secrets.js';
import { inPlaceOf, ReserveCredentials, type Reserved } from '../passwords/reserve-credentials.js';
import { SettleReservations } from '../passwords/settle-reservations.js';
import { FindRealm } from '../realms/find-realm.js';
import type { Realm } from '../realms/realm.js';
import {
  hashesToCompare,
  type Importable,
  importablesOf,
  type Outcomes,
  outcomesByPosition,
  type ReadHash,
  readHashes,
  spentAmong,
  usersAmong,
  withOtherHashes,
} from './import-batch.js';

type Request = RequestOf<typeof importUsers>;

/**
 * Creates many users with the hashes of another system, as {@link RegisterUser} creates one: credentials are reserved
 * under new ids, the directory's transaction is the commit point, and the directory says which ids are users. Hashes for
 * users that existed before are compared with the stored ones, and replace them where an update is asked for.
 */
@Controller()
export class ImportUsers {
  constructor(
    private readonly findRealm: FindRealm,
    private readonly secrets: PasswordSecrets,
    private readonly reserveCredentials: ReserveCredentials,
    private readonly settleReservations: SettleReservations,
    private readonly bringHashes: BringHashes,
    private readonly messenger: Messenger,
  ) {}

  /** @throws Problem `realm.unknown`, `password.hashing_overloaded`; `bus.*` when it is not known who was created */
  @Handles(importUsers)
  async import(request: Request, context: Asked): Promise<ReplyOf<typeof importUsers>> {
    const realm = await this.findRealm.find(request.realm);
    const hashes = readHashes(request.users);
    const outcomes = await this.outcomesOf(hashes, request, realm, context);
    return { outcomes: outcomesByPosition(hashes, outcomes) };
  }

  private async outcomesOf(
    hashes: readonly ReadHash[],
    request: Request,
    realm: Realm,
    context: Asked,
  ): Promise<Outcomes> {
    const wanted = new Set(hashes.flatMap(({ ok }, position) => (ok ? [position] : [])));
    if (wanted.size === 0) return new Map();
    return request.dryRun
      ? this.tryOut(hashes, importablesOf(request.users, idsFor(hashes, wanted)), request, realm, context)
      : this.importThem(hashes, wanted, request, realm, context);
  }

  /** Nothing is stored in either service. The new id of a user that would be created is left out of the outcome. */
  private async tryOut(
    hashes: readonly ReadHash[],
    importables: readonly Importable[],
    request: Request,
    realm: Realm,
    context: Asked,
  ): Promise<Outcomes> {
    const found = await this.ask(importables, request, context);
    const compared = hashesToCompare(hashes, importables, found);
    const others = await this.bringHashes.findOther(realm, compared);
    const outcomes = withOtherHashes(hashes, importables, found, others, request.update);
    return new Map(
      [...outcomes].map(([position, it]) => [position, it.outcome === 'created' ? { outcome: 'created' } : it]),
    );
  }

  /**
   * A repeated request finds the ids that the first run reserved, and the directory says what became of them. Ids that
   * the sweep has given up never become users: their users are created under new ids, which are kept in the same way.
   */
  private async importThem(
    hashes: readonly ReadHash[],
    wanted: ReadonlySet<number>,
    request: Request,
    realm: Realm,
    context: Asked,
  ): Promise<Outcomes> {
    const { reservation, ids, isFirst } = await this.reserve(hashes, wanted, request, realm, context);
    const importables = importablesOf(request.users, ids);
    const found = await this.ask(importables, request, context);
    await this.settleReservations.note(reservation, usersAmong(importables, found), context);
    const compared = hashesToCompare(hashes, importables, found);
    const others = await (request.update
      ? this.bringHashes.bring(importUsers, request, realm, compared, withHashesOf(reservation, context))
      : this.bringHashes.findOther(realm, compared));
    const outcomes = withOtherHashes(hashes, importables, found, others, request.update);
    const spent = spentAmong(outcomes);
    const again = new Set([...spent].filter((position) => hashes[position]?.ok));
    if (isFirst || again.size === 0) return outcomes;
    const settled = [...outcomes].filter(([position]) => !spent.has(position));
    const late = await this.importThem(hashes, again, request, realm, inPlaceOf(reservation, context));
    return new Map([...settled, ...late]);
  }

  private reserve(
    hashes: readonly ReadHash[],
    wanted: ReadonlySet<number>,
    request: Request,
    realm: Realm,
    context: Asked,
  ): Promise<Reserved> {
    const ids = idsFor(hashes, wanted);
    const users = ids.flatMap((id, position) => {
      const hash = hashes[position];
      return id === null || !hash?.ok ? [] : [{ id, hash: hash.text }];
    });
    const toBe = { realm, cause: 'imported', ids, credentials: this.secrets.keep(users) } as const;
    return this.reserveCredentials.reserve(importUsers, request, toBe, context);
  }

  private async ask(
    importables: readonly Importable[],
    { realm, createGroups, update, dryRun }: Request,
    context: Asked,
  ): Promise<Outcomes> {
    const users = importables.map(({ id, user }) => ({ ...user, id }));
    const request = { realm, users, createGroups, update, dryRun };
    // the users were parsed when the request came, and parsing hundreds of them costs as much as keeping them
    const { outcomes } = await this.messenger.askParsed(importUserRecords, request, context);
    if (outcomes.length !== users.length)
      throw new Error(`the directory gave ${outcomes.length} outcomes for ${users.length} users`);
    return new Map(outcomes.map((outcome, index) => [importables[index]?.position ?? index, outcome]));
  }
}

/** The hashes for existing users are written once under a key of their own, beside the reservation of the same request. */
function withHashesOf({ id }: Reserved['reservation'], asked: Asked): Asked {
  return { ...asked, idempotencyKey: `${id}.hashes` };
}

/** By position, new ids for those that are wanted. */
function idsFor(places: readonly unknown[], wanted: ReadonlySet<number>): readonly (string | null)[] {
  return places.map((_, position) => (wanted.has(position) ? uuidv7(systemClock, pooledRandomness) : null));
}
