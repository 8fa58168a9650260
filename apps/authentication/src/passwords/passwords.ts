import { ChangePassword } from './change-password.js';
import { CheckPassword } from './check-password.js';
import { ConfirmReservation } from './confirm-reservation.js';
import { CredentialStore } from './credential.store.js';
import { FindUser } from './find-user.js';
import { PasswordHandlers } from './password.handlers.js';
import { PasswordEvents } from './password-events.js';
import { PasswordSecrets } from './password-secrets.js';
import { RegisterUser } from './register-user.js';
import { ReplacePassword } from './replace-password.js';
import { ReserveCredential } from './reserve-credential.js';
import { ResetPassword } from './reset-password.js';
import { SetPassword } from './set-password.js';
import { SettleReservations } from './settle-reservations.js';

export const passwordHandlers = [PasswordHandlers];
export const passwordProviders = [
  CredentialStore,
  PasswordSecrets,
  PasswordEvents,
  FindUser,
  CheckPassword,
  ReserveCredential,
  ConfirmReservation,
  SettleReservations,
  RegisterUser,
  SetPassword,
  ResetPassword,
  ReplacePassword,
  ChangePassword,
];
