import { systemClock, systemRandomness, uuidv7 } from '@countersign/clock';
import { createUser, Problem, type RequestOf, registerUser } from '@countersign/contracts';
import { type Asked, Messenger } from '@countersign/messaging';
import { Injectable } from '@nestjs/common';
import { judgeNewPassword } from '../passwords/judge-new-password.js';
import { PasswordSecrets } from '../passwords/password-secrets.js';
import type { Reservation } from '../passwords/reservation.js';
import { ReserveCredentials } from '../passwords/reserve-credentials.js';
import { SettleReservations } from '../passwords/settle-reservations.js';
import { FindRealm } from '../realms/find-realm.js';
import type { Realm } from '../realms/realm.js';

type Request = RequestOf<typeof registerUser>;

/**
 * Creates a user together with a password. The credential is reserved under a new id first; the directory's insert of
 * that id is the one commit point; whatever happens between, there is a user with a password or nothing.
 */
@Injectable()
export class RegisterUser {
  constructor(
    private readonly findRealm: FindRealm,
    private readonly secrets: PasswordSecrets,
    private readonly reserveCredentials: ReserveCredentials,
    private readonly settleReservations: SettleReservations,
    private readonly messenger: Messenger,
  ) {}

  /** @throws Problem as {@link registerUser} lists them; `bus.*` when it is not known whether the user was created */
  async run(request: Request, asked: Asked): Promise<{ id: string }> {
    const realm = await this.findRealm.run(request.realm);
    const refusal = judgeNewPassword(request.password, realm, request.userId);
    if (refusal !== undefined) throw refusal;
    const { id, reservation } = await this.reserve(request, realm, asked);
    await this.createUser(request, id, reservation, asked);
    await this.settleReservations.note(reservation, [id], asked);
    return { id };
  }

  /** The same request again finds the id of the first time; what the directory made of that id, it says once more. */
  private async reserve(
    request: Request,
    realm: Realm,
    asked: Asked,
  ): Promise<{ readonly id: string; readonly reservation: Reservation }> {
    const newId = uuidv7(systemClock, systemRandomness);
    const credentials = [{ id: newId, hash: await this.secrets.make(newId, request.password) }];
    const toBe = { realm, cause: 'registered', ids: [newId], credentials } as const;
    const reservation = await this.reserveCredentials.run(registerUser, request, toBe, asked);
    return { id: reservation.ids[0] ?? newId, reservation };
  }

  private async createUser(request: Request, id: string, reservation: Reservation, asked: Asked): Promise<void> {
    const { realm, userId, properties, knowledgeBase } = request;
    try {
      await this.messenger.ask(createUser, { id, realm, userId, properties, knowledgeBase }, asked);
    } catch (error) {
      const isRefused = error instanceof Problem && createUser.refusals.includes(error.code);
      if (!isRefused || !(await this.becameUser(id, reservation, asked))) throw error;
    }
  }

  /**
   * Refused: the reservation goes, unless an earlier run of the same request has created the user. Where even that
   * cannot be asked now, the sweep will.
   */
  private async becameUser(id: string, reservation: Reservation, asked: Asked): Promise<boolean> {
    try {
      return (await this.settleReservations.settle([reservation], asked)).has(id);
    } catch (error) {
      if (error instanceof Problem) return false;
      throw error;
    }
  }
}
