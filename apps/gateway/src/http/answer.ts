/** What the gateway says when it does not hand on what a service replied: the dialect's shape, whole. */
export interface Answer {
  readonly http: number;
  readonly status: string;
  readonly message: string;
  /** For `Retry-After`, where asking again later helps. */
  readonly retryAfterSeconds?: number;
  /** The answer is about the user that was named: it repeats the user id (contract C.1). */
  readonly namesUser?: true;
}
