import { systemClock, systemRandomness, uuidv7 } from '@countersign/clock';
import type { Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { CredentialStore } from './credential.store.js';
import { PasswordEvents, type PasswordSubject } from './password-events.js';
import { PasswordSecrets } from './password-secrets.js';
import { ReservationStore } from './reservation.store.js';

/**
 * Writes a password over any earlier one, and forgets failures. If there was none, the user may have been erased since
 * the id was resolved: a reservation makes the sweep ask, so that no password is left behind.
 */
@Injectable()
export class SetPassword {
  constructor(
    private readonly credentials: CredentialStore,
    private readonly reservations: ReservationStore,
    private readonly secrets: PasswordSecrets,
    private readonly events: PasswordEvents,
  ) {}

  /** Hashes now, so that no transaction waits for it. @returns what writes it, with its event */
  async prepare(
    subject: PasswordSubject,
    password: string,
    deadlineAt: number,
  ): Promise<(tx: Transaction) => Promise<void>> {
    const { id, realm } = subject;
    const hash = await this.secrets.make(id, password, deadlineAt);
    return async (tx) => {
      const isNew = await this.credentials.set(tx, id, realm.realmId, hash);
      if (isNew) await this.doubt(tx, subject);
      await this.events.set(tx, subject, 'reset');
    };
  }

  private doubt(tx: Transaction, { id, realm }: PasswordSubject): Promise<void> {
    const reservationId = uuidv7(systemClock, systemRandomness);
    return this.reservations.open(tx, { id: reservationId, realmId: realm.realmId, ids: [id], cause: 'reset' });
  }
}
