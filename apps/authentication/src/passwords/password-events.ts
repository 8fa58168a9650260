import {
  passwordErased,
  passwordMismatched,
  passwordSet,
  passwordsExported,
  passwordsImported,
} from '@countersign/contracts';
import type { AskContext } from '@countersign/messaging';
import { Outbox } from '@countersign/outbox';
import type { Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';

type RealmNames = { readonly realmId: string; readonly realm: string };
type By = Pick<AskContext, 'actor' | 'via'>;

/** The user, the realm, and who acted. */
export interface PasswordSubject {
  readonly id: string;
  readonly realm: RealmNames;
  readonly by: By;
}

/** The events about passwords. */
@Injectable()
export class PasswordEvents {
  constructor(private readonly outbox: Outbox) {}

  set(tx: Transaction, subject: PasswordSubject, cause: 'created' | 'reset' | 'changed'): Promise<void> {
    return this.outbox.record(tx, passwordSet, { ...fieldsOf(subject), details: { cause } });
  }

  mismatched(tx: Transaction, subject: PasswordSubject, consecutiveFailures: number): Promise<void> {
    return this.outbox.record(tx, passwordMismatched, {
      ...fieldsOf(subject),
      outcome: 'refused',
      reason: 'password.mismatch',
      details: { consecutiveFailures },
    });
  }

  erased(tx: Transaction, ids: readonly string[], realm: RealmNames, by: By): Promise<void> {
    const recordings = ids.map((id) => ({
      event: passwordErased,
      fields: { ...fieldsOf({ id, realm, by }), details: {} },
    }));
    return this.outbox.recordMany(tx, recordings);
  }

  /** Emits one event for the whole batch, and none when the batch is empty. */
  async imported(tx: Transaction, ids: readonly string[], realm: RealmNames, by: By): Promise<void> {
    if (ids.length > 0)
      await this.outbox.record(tx, passwordsImported, { ...ofRealm(realm, by), details: { ids: [...ids] } });
  }

  /** Emits one event for the whole batch, and none when the batch is empty. */
  async exported(tx: Transaction, ids: readonly string[], realm: RealmNames, by: By): Promise<void> {
    if (ids.length > 0)
      await this.outbox.record(tx, passwordsExported, { ...ofRealm(realm, by), details: { ids: [...ids] } });
  }
}

function fieldsOf({ id, realm, by }: PasswordSubject) {
  return { ...ofRealm(realm, by), target: { kind: 'user', id } };
}

/** The target of an event about many users is the realm. */
function ofRealm({ realmId, realm }: RealmNames, { actor, via }: By) {
  return { realmId, realm, actor, via, target: { kind: 'realm', id: realmId } };
}
