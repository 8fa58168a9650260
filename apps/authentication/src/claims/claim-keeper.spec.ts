import { describe, expect, it } from '@jest/globals';
import type { ClaimEpochStore } from './claim-epoch.store.js';
import { ClaimKeeper } from './claim-keeper.js';

describe('a clock of the store that was set', () => {
  it('is told to the log once, with how far it is from the clock here', async () => {
    const lines: unknown[] = [];
    let clockMs = Date.now();
    const epochs = { look: () => Promise.resolve({ clockMs, isOpen: true }) } as unknown as ClaimEpochStore;
    const logger = { warn: (line: unknown) => lines.push(line) };
    const keeper = new ClaimKeeper(epochs, {} as never, logger as never);
    await keeper.keep();
    expect(lines).toEqual([]);
    clockMs += 1_200_000;
    await keeper.keep();
    await keeper.keep();
    expect(lines).toEqual([{ stepSeconds: 1_200, aheadSeconds: 1_200 }]);
  });
});
