import { expect, it } from '@jest/globals';
import { RunningPlatform } from '../../test/journeys/platform.js';
import { fuzzGateway } from './fuzz-gateway.js';

/**
 * A short run of `npm run fuzz -- gateway`, the same conversations each time. Only this file may use realm `demo` of the shared
 * platform.
 */
it('a gateway answers any bytes sensibly or hangs up, in time, lives on and serves others', async () => {
  const options = { seconds: 3, seed: 1, onProgress: () => undefined };
  const { conversations, statuses, finding } = await fuzzGateway(await RunningPlatform.shared(), options);
  expect(finding).toBeUndefined();
  expect(conversations).toBeGreaterThan(90);
  // what is behind the signature was reached
  expect(Number(statuses.get('200'))).toBeGreaterThan(0);
  expect(Number(statuses.get('400'))).toBeGreaterThan(0);
}, 180_000);
