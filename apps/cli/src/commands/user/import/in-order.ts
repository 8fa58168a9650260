/** Enough chunks at once that no service waits for us, few enough that none is overloaded. */
const mostAtOnce = 4;

interface Named {
  /** Work that shares a name with earlier work waits for it. */
  readonly names: ReadonlySet<string>;
}

/**
 * Works on several pieces at once, and yields the results in the order of the pieces. A piece waits until there is room
 * for it, which holds back the reader of the file: what waits is bounded, whatever the size of the file.
 * @throws the error of the first work that fails, after the results that are there before it and whatever is still under
 *   way
 */
export async function* inOrder<Piece extends Named, Result>(
  pieces: AsyncIterable<Piece>,
  work: (piece: Piece) => Promise<Result>,
): AsyncGenerator<Result, void> {
  const underWay: (Named & { readonly result: Promise<Result> })[] = [];
  let failure: { readonly error: unknown } | undefined;
  let interrupt: (error: unknown) => void = () => undefined;
  const oldest = () =>
    new Promise<Result>((resolve, reject) => {
      // a result that came together with the failure goes first
      interrupt = (error) => void setImmediate(reject, error);
      if (failure !== undefined) interrupt(failure.error);
      underWay.shift()?.result.then(resolve, reject);
    });
  for await (const piece of pieces) {
    const hasNoRoom = () => underWay.length === mostAtOnce || underWay.some(({ names }) => share(names, piece.names));
    while (hasNoRoom()) yield await oldest();
    const result = work(piece);
    result.catch((error: unknown) => {
      failure ??= { error };
      interrupt(error);
    });
    underWay.push({ names: piece.names, result });
  }
  while (underWay.length > 0) yield await oldest();
}

function share(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  for (const name of other) if (one.has(name)) return true;
  return false;
}
