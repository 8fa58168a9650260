import { Module } from '@nestjs/common';
import { RealmsModule } from '../realms/realms.module.js';
import { AttemptStore } from './attempt.store.js';
import { BringHashes } from './bring-hashes.js';
import { ChangePassword } from './change-password.js';
import { CheckPassword } from './check-password.js';
import { CredentialStore } from './credential.store.js';
import { EndExpiry } from './end-expiry.js';
import { ExportPasswords } from './export-passwords.js';
import { FindUser } from './find-user.js';
import { PasswordEvents } from './password-events.js';
import { PasswordSecrets } from './password-secrets.js';
import { ReplacePassword } from './replace-password.js';
import { ReservationStore } from './reservation.store.js';
import { ReserveCredentials } from './reserve-credentials.js';
import { ReserveErasure } from './reserve-erasure.js';
import { ResetPassword } from './reset-password.js';
import { SetPassword } from './set-password.js';
import { SettleReservation } from './settle-reservation.js';
import { SettleReservations } from './settle-reservations.js';

@Module({
  imports: [RealmsModule],
  controllers: [ResetPassword, ChangePassword, ExportPasswords],
  providers: [
    CredentialStore,
    AttemptStore,
    EndExpiry,
    ReservationStore,
    PasswordSecrets,
    PasswordEvents,
    FindUser,
    CheckPassword,
    ReserveCredentials,
    ReserveErasure,
    SettleReservation,
    SettleReservations,
    SetPassword,
    ReplacePassword,
    BringHashes,
  ],
  exports: [BringHashes, PasswordSecrets, ReserveCredentials, ReserveErasure, SettleReservations],
})
export class PasswordsModule {}
