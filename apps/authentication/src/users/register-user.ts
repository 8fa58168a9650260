import { systemClock, systemRandomness, uuidv7 } from '@countersign/clock';
import { createUser, Problem, type RequestOf, registerUser } from '@countersign/contracts';
import { type Asked, Messenger } from '@countersign/messaging';
import { Injectable } from '@nestjs/common';
import { FindRealm } from '../realms/find-realm.js';
import type { Realm } from '../realms/realm.js';
import { ConfirmReservation } from './confirm-reservation.js';
import { judgeNewPassword } from './judge-new-password.js';
import { ReserveCredential } from './reserve-credential.js';
import { SettleReservations } from './settle-reservations.js';

type Request = RequestOf<typeof registerUser>;

/**
 * Creates a user together with a password. The credential is reserved under a new id first; the directory's insert of
 * that id is the one commit point; whatever happens between, there is a user with a password or nothing.
 */
@Injectable()
export class RegisterUser {
  constructor(
    private readonly findRealm: FindRealm,
    private readonly reserveCredential: ReserveCredential,
    private readonly settleReservations: SettleReservations,
    private readonly confirmReservation: ConfirmReservation,
    private readonly messenger: Messenger,
  ) {}

  /** @throws Problem as {@link registerUser} lists them; `bus.*` when it is not known whether the user was created */
  async run(request: Request, asked: Asked): Promise<{ id: string }> {
    const realm = await this.findRealm.run(request.realm);
    const refusal = judgeNewPassword(request.password, realm, request.userId);
    if (refusal !== undefined) throw refusal;
    const newId = uuidv7(systemClock, systemRandomness);
    const { id, stage } = await this.reserveCredential.run(request, { newId, realm }, asked);
    if (stage === 'confirmed') return { id };
    if (stage === 'released') throw new Problem('user.withdrawn', 'an earlier run of this request was refused');
    await this.createUser(request, realm, id, asked);
    await this.confirm(realm, id, asked);
    return { id };
  }

  private async createUser(request: Request, realm: Realm, id: string, asked: Asked): Promise<void> {
    const { userId, properties, knowledgeBase } = request;
    try {
      await this.messenger.ask(createUser, { id, realm: realm.realm, userId, properties, knowledgeBase }, asked);
    } catch (error) {
      const isRefused = error instanceof Problem && createUser.refusals.includes(error.code);
      if (!isRefused || !(await this.becameUser(realm, id, asked))) throw error;
    }
  }

  /**
   * Refused: the reservation goes, unless an earlier run of the same request has created the user. Where even that
   * cannot be asked now, the sweep will.
   */
  private async becameUser(realm: Realm, id: string, asked: Asked): Promise<boolean> {
    try {
      const users = await this.settleReservations.settle([{ id, realmId: realm.realmId, realm: realm.realm }], asked);
      return users.includes(id);
    } catch (error) {
      if (error instanceof Problem) return false;
      throw error;
    }
  }

  /** The user exists from the directory's commit on; that this could not be noted yet changes nothing for anybody. */
  private async confirm(realm: Realm, id: string, by: Asked): Promise<void> {
    try {
      await this.confirmReservation.run({ id, realm, by });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
  }
}
