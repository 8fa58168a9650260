/** P9, the rival: `SET NX EX` by ioredis with auto-pipelining; Redis keeps it in memory only. */
import { Redis } from 'ioredis';
import { serveClaimer } from '../load/claimer.mjs';

const LIFETIME_SECONDS = 300;

serveClaimer(async ({ port }) => {
  const redis = new Redis({ host: '127.0.0.1', port, enableAutoPipelining: true });
  await redis.ping();
  return async (mac) => (await redis.set(`claim:${mac}`, '1', 'EX', LIFETIME_SECONDS, 'NX')) === 'OK';
});
