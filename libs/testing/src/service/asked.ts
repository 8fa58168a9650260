import { type Asked, newAskContext } from '@countersign/messaging';

/** The context of an ask by the gateway, with an idempotency key of its own unless one is given. */
export function asked(part: Partial<Asked> = {}): Asked {
  return { ...newAskContext({ actor: { kind: 'operator', id: 'spec' } }), caller: 'gateway', ...part };
}

/** `done`, or the code of the problem with which a promise was refused. */
export function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );
}

/** The answer of a handler that takes many requests and was given one; thrown where it is an error. */
export async function only<Answer>(answers: Promise<readonly Answer[]>): Promise<Exclude<Awaited<Answer>, Error>> {
  const [answer, more] = await answers;
  const made = await answer;
  if (made instanceof Error) throw made;
  if (made === undefined || more !== undefined) throw new Error('one request is not answered once');
  return made as Exclude<Awaited<Answer>, Error>;
}
