import {
  passwordErased,
  passwordMismatched,
  passwordSet,
  passwordsExported,
  passwordsImported,
} from '@countersign/contracts';
import { about, type EventCause, Outbox } from '@countersign/outbox';
import type { Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';

type RealmNames = { readonly realmId: string; readonly realm: string };

/** The user, the realm, and who acted. */
export interface PasswordSubject {
  readonly id: string;
  readonly realm: RealmNames;
  readonly by: EventCause;
}

/** The events about passwords. */
@Injectable()
export class PasswordEvents {
  constructor(private readonly outbox: Outbox) {}

  set(tx: Transaction, subject: PasswordSubject, cause: 'created' | 'reset' | 'changed'): Promise<void> {
    return this.outbox.record(tx, passwordSet, {
      ...about(subject.realm, subject.by, 'user', subject.id),
      details: { cause },
    });
  }

  mismatched(tx: Transaction, subject: PasswordSubject, consecutiveFailures: number): Promise<void> {
    return this.outbox.record(tx, passwordMismatched, {
      ...about(subject.realm, subject.by, 'user', subject.id),
      outcome: 'refused',
      reason: 'password.mismatch',
      details: { consecutiveFailures },
    });
  }

  erased(tx: Transaction, ids: readonly string[], realm: RealmNames, by: EventCause): Promise<void> {
    const recordings = ids.map((id) => ({
      event: passwordErased,
      fields: { ...about(realm, by, 'user', id), details: {} },
    }));
    return this.outbox.recordMany(tx, recordings);
  }

  /** Emits one event for the whole batch, and none when the batch is empty. */
  async imported(tx: Transaction, ids: readonly string[], realm: RealmNames, by: EventCause): Promise<void> {
    if (ids.length > 0)
      await this.outbox.record(tx, passwordsImported, {
        ...about(realm, by, 'realm', realm.realmId),
        details: { ids: [...ids] },
      });
  }

  /** Emits one event for the whole batch, and none when the batch is empty. */
  async exported(tx: Transaction, ids: readonly string[], realm: RealmNames, by: EventCause): Promise<void> {
    if (ids.length > 0)
      await this.outbox.record(tx, passwordsExported, {
        ...about(realm, by, 'realm', realm.realmId),
        details: { ids: [...ids] },
      });
  }
}
