import { hash, randomUUID } from 'node:crypto';
import { runPromiseLoop } from './promise-loop.mjs';

/**
 * A gateway as the replay store sees it, in a process of its own: claims keys as fast as they are decided.
 *
 * @param {(options: any) => Promise<(mac: string) => Promise<boolean>>} open connects; answers a function that claims
 *   one key (32 bytes in Base64) and says whether this was its first use
 */
export function serveClaimer(open) {
  let claim;
  const orders = {
    open: async (options) => {
      claim = await open(options);
    },
    /** New keys only; one that is not won is a fault of the store. */
    fresh: ({ inFlight, durationMs }) => {
      const keys = keysOf(randomUUID());
      return runPromiseLoop({
        inFlight,
        durationMs,
        work: async () => {
          if (!(await claim(keys.next().value))) throw new Error('a key that was never used is not won');
        },
      });
    },
    /** The first `count` keys of `seed`; answers how many were won here. */
    contested: async ({ seed, count, inFlight }) => {
      const keys = keysOf(seed);
      let left = count;
      let won = 0;
      const serve = async () => {
        for (; left > 0; ) {
          left -= 1;
          if (await claim(keys.next().value)) won += 1;
        }
      };
      await Promise.all(Array.from({ length: inFlight }, serve));
      return won;
    },
  };
  process.on('message', ({ verb, order }) => {
    Promise.resolve(orders[verb](order)).then(
      (outcome) => process.send({ outcome }),
      (error) => process.send({ fault: error.stack }),
    );
  });
  process.on('disconnect', () => process.exit());
}

function* keysOf(seed) {
  for (let position = 0; ; position += 1) yield hash('sha256', `${seed}:${position}`, 'base64');
}
