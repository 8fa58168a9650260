import { UnitOfWork } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { CredentialStore } from './credential.store.js';
import { PasswordEvents, type PasswordSubject } from './password-events.js';

/** The directory has the user: the reserved credential is theirs, and the trail hears of it, once. */
@Injectable()
export class ConfirmReservation {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly credentials: CredentialStore,
    private readonly events: PasswordEvents,
  ) {}

  run(subject: PasswordSubject): Promise<void> {
    return this.unitOfWork.run(async (tx) => {
      if (await this.credentials.confirm(tx, subject.id)) await this.events.set(tx, subject, 'created');
    });
  }
}
