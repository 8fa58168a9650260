import { type ImportOutcome, longestImportDetail } from '@countersign/contracts';
import type { Queryable, Transaction } from '@countersign/persistence';
import type { KnownRealm } from '@countersign/realms';
import { Injectable } from '@nestjs/common';
import { noContacts, recordsOf } from '../contacts/contact.policy.js';
import { UserSecretKeeper } from '../users/user-secret-keeper.js';
import type { Candidate } from './candidate.js';
import { ImportStore, type StoredUser } from './import.store.js';
import { differences, tellable } from './user-values.policy.js';

/** Existing users by user id (folded), with the outcome of an import for each that it names. */
export interface ExistingUsers {
  has(userKey: string): boolean;
  /** `undefined`: there is none of this user id. */
  outcomeOf(candidate: Candidate): ImportOutcome | undefined;
}

/** Users that got there beside the import. */
export interface LateUsers extends ExistingUsers {
  /** Whether an id is that of a user, whatever its user id. */
  isUser(id: string): boolean;
}

/** Compares the users of an import with the existing ones. */
@Injectable()
export class FindExistingUsers {
  constructor(
    private readonly imports: ImportStore,
    private readonly secretKeeper: UserSecretKeeper,
  ) {}

  async find(realm: KnownRealm, candidates: readonly Candidate[], queryable?: Queryable): Promise<ExistingUsers> {
    const keys = new Set(candidates.map(({ userKey }) => userKey));
    const found = keys.size === 0 ? new Map() : await this.imports.findByKey(realm.id, [...keys], queryable);
    return {
      has: (userKey) => found.has(userKey),
      outcomeOf: (candidate) => {
        const stored = found.get(candidate.userKey);
        return stored && { ...this.held(realm, stored, candidate), id: stored.id };
      },
    };
  }

  /** The same for candidates whose insert met an existing user. It runs in the transaction, which sees that user. */
  async findLate(tx: Transaction, realm: KnownRealm, missed: readonly Candidate[]): Promise<LateUsers> {
    const existing = await this.find(realm, missed, tx);
    const ids =
      missed.length === 0
        ? new Set<string>()
        : await this.imports.findIds(
            tx,
            missed.map(({ id }) => id),
          );
    return { ...existing, isUser: (id) => ids.has(id) };
  }

  /** Values that do not open (their key has left the ring) are not known to be the same. */
  private held({ profile }: KnownRealm, stored: StoredUser, candidate: Candidate): ImportOutcome {
    try {
      const secrets = tellable(profile, this.secretKeeper.open(stored.id, stored.sealedSecrets));
      const { contacts, aliasKeys, groupKeys } = stored;
      const values = {
        ...stored,
        contacts: recordsOf(contacts ?? noContacts),
        secrets,
        aliasKeys: new Set(aliasKeys),
        groupKeys: new Set(groupKeys),
      };
      return comparison(differences(values, candidate, profile));
    } catch {
      return { outcome: 'different' };
    }
  }
}

/** @param fields in which the user is not what the record says */
export function comparison(fields: readonly string[]): ImportOutcome {
  if (fields.length === 0) return { outcome: 'same' };
  return { outcome: 'different', detail: fields.join(', ').slice(0, longestImportDetail) };
}
