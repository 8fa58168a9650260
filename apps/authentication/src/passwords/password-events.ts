import { passwordMismatched, passwordSet } from '@countersign/contracts';
import type { AskContext } from '@countersign/messaging';
import { Outbox } from '@countersign/outbox';
import type { Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';

/** Whose password, in which realm, by whose hand. */
export interface PasswordSubject {
  readonly id: string;
  readonly realm: { readonly realmId: string; readonly realm: string };
  readonly by: Pick<AskContext, 'actor' | 'via'>;
}

/** What the trail hears of passwords. */
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
}

function fieldsOf({ id, realm, by }: PasswordSubject) {
  return {
    realmId: realm.realmId,
    realm: realm.realm,
    actor: by.actor,
    via: by.via,
    target: { kind: 'user', id },
  };
}
