import { join } from 'node:path';
import { interleave, outcomeOf } from '../measure/rounds.mjs';
import { OrderedProcess } from '../programs/orders.mjs';

const LIMIT = 'two one-shot HMACs';
const REUSED = 'the same in reused buffers';

const OURS = join(import.meta.dirname, '..', 'ours', 'signing-loop.mjs');
const BARE = join(import.meta.dirname, '..', 'rivals', 'bare-hmac-loop.mjs');

/** The signature work of one request and its answer, in a loop that does nothing else. */
export const row = {
  id: 'P2',
  figures: {
    pair: {
      figure: 'verify a request and sign its answer, tight loop',
      unit: 'µs',
      // the ratio is 7 µs where the limit takes 5.1 µs
      goals: [{ atMost: 7 }, { against: LIMIT, atMost: 1.37 }],
    },
  },

  /** @param {import('../context.mjs').Context} context */
  async run(context) {
    const loops = {
      ours: new OrderedProcess(OURS),
      [LIMIT]: new OrderedProcess(BARE),
      [REUSED]: new OrderedProcess(BARE, { env: { ...process.env, BENCH_HMAC: 'reused' } }),
    };
    const durationMs = context.isQuick ? 500 : 1_500;
    const variants = Object.fromEntries(
      Object.entries(loops).map(([name, loop]) => {
        context.ending(loop);
        return [name, async () => ({ microseconds: await loop.order('run', durationMs) })];
      }),
    );
    for (const warmUp of Object.values(variants)) await warmUp();
    const samples = await interleave(context, 'P2', variants);
    return { pair: outcomeOf(samples, 'ours', 'microseconds') };
  },
};
