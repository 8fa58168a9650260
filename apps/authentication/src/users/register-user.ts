import { systemClock, systemRandomness, uuidv7 } from '@countersign/clock';
import { createUser, Problem, type ProblemCode, type RequestOf, registerUser } from '@countersign/contracts';
import { type Asked, Messenger } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { Controller } from '@nestjs/common';
import { judgeNewPassword } from '../passwords/judge-new-password.js';
import { PasswordSecrets } from '../passwords/password-secrets.js';
import type { Reservation } from '../passwords/reservation.js';
import { inPlaceOf, ReserveCredentials, type Reserved } from '../passwords/reserve-credentials.js';
import { SettleReservations } from '../passwords/settle-reservations.js';
import { FindRealm } from '../realms/find-realm.js';
import type { Realm } from '../realms/realm.js';

type Request = RequestOf<typeof registerUser>;

/**
 * Creates a user together with a password. The credential is reserved under a new id first; the directory's insert of
 * that id is the one commit point; whatever happens between, there is a user with a password or nothing.
 */
@Controller()
export class RegisterUser {
  constructor(
    private readonly findRealm: FindRealm,
    private readonly secrets: PasswordSecrets,
    private readonly reserveCredentials: ReserveCredentials,
    private readonly settleReservations: SettleReservations,
    private readonly messenger: Messenger,
  ) {}

  /** @throws Problem as {@link registerUser} lists them; `bus.*` when it is not known whether the user was created */
  @Handles(registerUser)
  async register(request: Request, context: Asked): Promise<{ id: string }> {
    const realm = await this.findRealm.find(request.realm);
    const refusal = await judgeNewPassword(request.password, realm, request.userId);
    if (refusal !== undefined) throw refusal;
    return this.reserveAndCreate(request, realm, context);
  }

  /**
   * A repeated request finds the id that the first run reserved, and the directory repeats what it made of that id. An
   * id that was given up never becomes a user. If it was given up after a refusal, the refusal is answered again; if
   * the sweep gave it up, the user is created under another id.
   */
  private async reserveAndCreate(request: Request, realm: Realm, context: Asked): Promise<{ id: string }> {
    const { id, reservation, isFirst } = await this.reserve(request, realm, context);
    try {
      await this.createUser(request, id, context);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const isGivenUp = error.code === 'user.withdrawn';
      if (isGivenUp && !isFirst) return this.reserveAndCreate(request, realm, inPlaceOf(reservation, context));
      const refusal = isGivenUp ? error : await this.refuse(request, reservation, error, context);
      if (!(await this.becameUser(id, reservation, context))) throw refusal;
    }
    await this.settleReservations.note(reservation, [id], context);
    return { id };
  }

  private async reserve(
    request: Request,
    realm: Realm,
    context: Asked,
  ): Promise<Pick<Reserved, 'reservation' | 'isFirst'> & { readonly id: string }> {
    const newId = uuidv7(systemClock, systemRandomness);
    const credentials = [{ id: newId, hash: await this.secrets.make(newId, request.password, context.deadlineAt) }];
    const toBe = { realm, cause: 'registered', ids: [newId], credentials } as const;
    const { reservation, ids, isFirst } = await this.reserveCredentials.reserve(registerUser, request, toBe, context);
    return { id: ids[0] ?? newId, reservation, isFirst };
  }

  private async createUser({ password: _, ...user }: Request, id: string, context: Asked) {
    await this.messenger.ask(createUser, { ...user, id }, context);
  }

  private refuse(request: Request, reservation: Reservation, refusal: Problem, context: Asked): Promise<Problem> {
    return this.reserveCredentials.refuse(registerUser, request, reservation, refusal, context);
  }

  /**
   * After a refusal the reservation is closed, unless an earlier run of the same request has created the user. If the
   * directory cannot be asked now, the sweep asks it later.
   */
  private async becameUser(id: string, reservation: Reservation, context: Asked): Promise<boolean> {
    try {
      return (await this.settleReservations.settle([reservation], context)).has(id);
    } catch (error) {
      if (error instanceof Problem) return false;
      throw error;
    }
  }
}

/** Whether the directory refuses this user for good. What it cannot do now (503) it may do when it is asked again. */
function isRefusal(error: unknown): error is Problem {
  return error instanceof Problem && finalRefusals.includes(error.code) && error.status !== 503;
}

const finalRefusals: readonly ProblemCode[] = createUser.refusals;
