import { describe, expect, it } from '@jest/globals';
import { step } from './progress.mjs';

function capture(isTTY) {
  const written = [];
  return { stream: { isTTY, write: (text) => written.push(text) }, text: () => written.join('') };
}

describe('progress', () => {
  it('is plain lines off a terminal, whatever the terminal could do', async () => {
    const { stream, text } = capture(false);
    expect(await step('building', async () => 7, { stream, environment: { TERM: 'xterm' } })).toBe(7);
    expect(text()).toMatch(/^building \.\.\.\nbuilding: done in \d+\.\d s\n$/);
  });

  it('is plain lines on a terminal that cannot move the cursor', async () => {
    const { stream, text } = capture(true);
    await step('building', async () => undefined, { stream, environment: { TERM: 'dumb' } });
    expect(text()).toMatch(/^building \.\.\.\n/);
  });

  it('moves and has colour on a terminal', async () => {
    const { stream, text } = capture(true);
    await step('building', async () => undefined, { stream, environment: { TERM: 'xterm' } });
    expect(text()).toContain('\r\u001b[2K\u001b[36m⠋\u001b[0m building');
  });

  it('has no colour with NO_COLOR (no-color.org)', async () => {
    const { stream, text } = capture(true);
    await step('building', async () => undefined, { stream, environment: { TERM: 'xterm', NO_COLOR: '1' } });
    expect(text().replaceAll('\u001b[2K', '')).not.toContain('\u001b[');
  });

  it('says what failed and lets the fault through', async () => {
    const { stream, text } = capture(false);
    const failing = step('building', () => Promise.reject(new Error('no disk')), { stream, environment: {} });
    await expect(failing).rejects.toThrow('no disk');
    expect(text()).toBe('building ...\nbuilding: failed\n');
  });
});
