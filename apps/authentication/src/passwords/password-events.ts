import {
  passwordErased,
  passwordMismatched,
  passwordSet,
  passwordsExported,
  passwordsImported,
} from '@countersign/contracts';
import { type EventCause, type EventRealm, eventFields, Outbox } from '@countersign/outbox';
import type { Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';

/** The user, the realm, and who acted. */
export interface PasswordSubject {
  readonly id: string;
  readonly realm: EventRealm;
  readonly by: EventCause;
}

/** The events about passwords. */
@Injectable()
export class PasswordEvents {
  constructor(private readonly outbox: Outbox) {}

  set(tx: Transaction, subject: PasswordSubject, cause: 'created' | 'reset' | 'changed'): Promise<void> {
    return this.outbox.record(tx, passwordSet, {
      ...eventFields(subject.realm, subject.by, { kind: 'user', id: subject.id }),
      details: { cause },
    });
  }

  mismatched(tx: Transaction, subject: PasswordSubject, consecutiveFailures: number): Promise<void> {
    return this.outbox.record(tx, passwordMismatched, {
      ...eventFields(subject.realm, subject.by, { kind: 'user', id: subject.id }),
      outcome: 'refused',
      reason: 'password.mismatch',
      details: { consecutiveFailures },
    });
  }

  erased(tx: Transaction, ids: readonly string[], realm: EventRealm, by: EventCause): Promise<void> {
    const recordings = ids.map((id) => ({
      event: passwordErased,
      fields: { ...eventFields(realm, by, { kind: 'user', id }), details: {} },
    }));
    return this.outbox.recordMany(tx, recordings);
  }

  /** Emits one event for the whole batch, and none when the batch is empty. */
  async imported(tx: Transaction, ids: readonly string[], realm: EventRealm, by: EventCause): Promise<void> {
    if (ids.length > 0)
      await this.outbox.record(tx, passwordsImported, {
        ...eventFields(realm, by, { kind: 'realm', id: realm.realmId }),
        details: { ids: [...ids] },
      });
  }

  /** Emits one event for the whole batch, and none when the batch is empty. */
  async exported(tx: Transaction, ids: readonly string[], realm: EventRealm, by: EventCause): Promise<void> {
    if (ids.length > 0)
      await this.outbox.record(tx, passwordsExported, {
        ...eventFields(realm, by, { kind: 'realm', id: realm.realmId }),
        details: { ids: [...ids] },
      });
  }
}
