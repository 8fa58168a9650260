import { describe, expect, it, jest } from '@jest/globals';
import type { Logger } from './logger.js';
import { ShutdownStack } from './shutdown-stack.js';

function stackOf(...names: readonly string[]) {
  const closed: string[] = [];
  const error = jest.fn();
  const stack = new ShutdownStack({ error } as unknown as Logger);
  for (const name of names) {
    stack.keep({
      async close() {
        closed.push(name);
        if (name === 'failing') throw new Error('cannot close');
      },
    });
  }
  return { stack, closed, error };
}

describe('a shutdown stack', () => {
  it('closes the last part first', async () => {
    const { stack, closed } = stackOf('bus', 'relay', 'health');
    await stack.closeAll();
    expect(closed).toEqual(['health', 'relay', 'bus']);
  });

  it('closes the other parts when one fails, and logs that one', async () => {
    const { stack, closed, error } = stackOf('bus', 'failing', 'health');
    await stack.closeAll();
    expect(closed).toEqual(['health', 'failing', 'bus']);
    expect(error).toHaveBeenCalledTimes(1);
  });

  it('closes once, however often it is told', async () => {
    const { stack, closed } = stackOf('bus');
    await Promise.all([stack.closeAll(), stack.closeAll()]);
    expect(closed).toEqual(['bus']);
  });
});
