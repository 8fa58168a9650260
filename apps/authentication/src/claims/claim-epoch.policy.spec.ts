import { describe, expect, it } from '@jest/globals';
import { chooseBarrier } from './claim-epoch.policy.js';

const known = (isSameStore: boolean, isSameTimeline: boolean) => ({ isSameStore, isSameTimeline });

describe('what a store without an epoch may have forgotten', () => {
  it('nothing, where no claim was ever made', () => {
    expect(chooseBarrier(undefined, false)).toBe('nothing-claimed');
  });
  it('dates up to the horizon, after a crash', () => {
    expect(chooseBarrier(known(true, true), false)).toBe('horizon');
  });
  it('every date, after a standby was promoted that may lack the last commits', () => {
    expect(chooseBarrier(known(true, false), false)).toBe('everything');
  });
  it('dates up to the horizon, after a standby was promoted for which every commit had waited', () => {
    expect(chooseBarrier(known(true, false), true)).toBe('horizon');
  });
  it('every date, in a restored dump, however standbys are set up', () => {
    expect(chooseBarrier(known(false, true), true)).toBe('everything');
  });
});
