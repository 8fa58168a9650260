/**
 * Refusals are a closed list of stable codes (RFC 9457: `type`, `title`, `status`). A service throws a `Problem`;
 * the bus carries its code; the gateway's dialects translate each code, exhaustively, to their own words.
 */
export const problems = Object.freeze({
  'request.malformed': { status: 400, title: 'the request does not fit the operation' },
  'request.too_large': { status: 413, title: 'the request is larger than allowed' },
  'request.key_reused': { status: 409, title: 'the idempotency key was used for another request' },
  'bus.unavailable': { status: 503, title: 'the service that answers this is not reachable' },
  'bus.deadline': { status: 503, title: 'no answer within the deadline' },
  'bus.overloaded': { status: 503, title: 'too many requests are waiting' },
  'bus.not_permitted': { status: 403, title: 'this caller may not ask this' },
  'store.unavailable': { status: 503, title: 'the database cannot serve this now' },
  internal: { status: 500, title: 'an unexpected fault' },

  'realm.unknown': { status: 404, title: 'no such realm' },
  'realm.exists': { status: 409, title: 'a realm of this name exists or existed' },
  'realm.name_reserved': { status: 422, title: 'this name is reserved' },
  'application.unknown': { status: 404, title: 'no such application' },
  'application.disabled': { status: 409, title: 'the application is disabled' },
  'key_ring.key_unknown': { status: 503, title: 'the key ring lacks the key that sealed a value' },

  'user.unknown': { status: 404, title: 'no such user' },
  'user.exists': { status: 409, title: 'a user of this id exists' },
  'user.id_invalid': { status: 422, title: 'the user id is not acceptable' },
  'user.withdrawn': { status: 409, title: 'the creation of this user was given up' },
  'user.email_invalid': { status: 422, title: 'a mail address is not acceptable' },
  'user.email_exists': { status: 409, title: 'another user of the realm has this mail address' },
  'user.property_invalid': { status: 422, title: 'a property value is not acceptable' },
  'user.property_read_only': { status: 422, title: 'a property may not be written' },
  'user.disabled': { status: 409, title: 'the user is disabled' },
  'user.locked': { status: 409, title: 'the user is locked out' },
  'user.password_expired': { status: 409, title: "the user's password is expired" },
  'user.group_missing': { status: 409, title: 'the user is in no group that the realm demands' },
  'user.groups_full': { status: 409, title: 'the user is in as many groups as one may be' },
  'group.unknown': { status: 404, title: 'no such group' },
  'group.exists': { status: 409, title: 'a group of this name exists' },
  'group.name_invalid': { status: 422, title: 'the group name is not acceptable' },

  'password.refused': { status: 422, title: 'the password does not meet the policy' },
  'password.mismatch': { status: 403, title: 'the current password is not right' },
  'password.choice_refused': { status: 403, title: 'in this realm administrators may not choose passwords' },
  'password.hash_unsupported': { status: 422, title: 'the password hash is of no supported format, or out of bounds' },
  'password.hashing_overloaded': { status: 503, title: 'too many passwords are being checked' },
} as const satisfies Record<string, { status: number; title: string }>);

export type ProblemCode = keyof typeof problems;

/** What every ask can meet, beside the refusals that its operation declares. */
export type CommonProblemCode = Extract<
  ProblemCode,
  `request.${string}` | `bus.${string}` | `store.${string}` | 'internal'
>;

/** Whether `code` is one of the closed list. */
export function isProblemCode(code: unknown): code is ProblemCode {
  return typeof code === 'string' && Object.hasOwn(problems, code);
}

/** How a problem travels on the bus: `detail` is for logs and operators and never holds a secret. */
export interface ProblemBody {
  readonly code: ProblemCode;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly retryAfterSeconds?: number;
}

/**
 * An expected refusal. `code` is stable; `detail` says found and expected for an operator, never a secret;
 * `retryAfterSeconds` is set when asking again later makes sense.
 */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;

  constructor(
    readonly code: ProblemCode,
    readonly detail?: string,
    readonly retryAfterSeconds?: number,
  ) {
    super(detail === undefined ? problems[code].title : `${problems[code].title}: ${detail}`);
    this.status = problems[code].status;
  }

  /** The form that travels. */
  toBody(): ProblemBody {
    return {
      code: this.code,
      title: problems[this.code].title,
      status: this.status,
      ...(this.detail === undefined ? {} : { detail: this.detail }),
      ...(this.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: this.retryAfterSeconds }),
    };
  }

  /** Reads a travelled problem; anything that is not one becomes `internal`, so that a stray shape cannot pass. */
  static fromBody(body: unknown): Problem {
    if (typeof body !== 'object' || body === null) return new Problem('internal', 'unreadable refusal');
    const { code, detail, retryAfterSeconds } = body as Record<string, unknown>;
    if (!isProblemCode(code)) return new Problem('internal', 'refusal of unknown code');
    return new Problem(
      code,
      typeof detail === 'string' ? detail.slice(0, 500) : undefined,
      typeof retryAfterSeconds === 'number' ? retryAfterSeconds : undefined,
    );
  }
}
