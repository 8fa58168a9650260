/** Tells on stderr what is being done: a line that moves on a terminal, plain lines elsewhere. */
const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 100;

/**
 * Runs `work` as one step that people can follow.
 *
 * @param {string} title what is being done, lower case, e.g. "installing packages"
 * @param {() => Promise<T>} work
 * @param {{ stream?: NodeJS.WriteStream, environment?: NodeJS.ProcessEnv }} [output]
 * @returns {Promise<T>} what `work` answers
 * @template T
 */
export async function step(title, work, { stream = process.stderr, environment = process.env } = {}) {
  const isTerminal = stream.isTTY === true && environment.TERM !== 'dumb';
  const paint = isTerminal && !environment.NO_COLOR ? painted : plain;
  const startMs = performance.now();
  const seconds = () => `${((performance.now() - startMs) / 1000).toFixed(1)} s`;
  const stopSpinning = isTerminal
    ? spin(stream, (frame) => `${paint.busy(frame)} ${title} ${paint.faint(seconds())}`)
    : undefined;
  if (!isTerminal) {
    stream.write(`${title} ...\n`);
  }
  try {
    const outcome = await work();
    stopSpinning?.();
    stream.write(
      isTerminal ? `${paint.good('✔')} ${title} ${paint.faint(seconds())}\n` : `${title}: done in ${seconds()}\n`,
    );
    return outcome;
  } catch (error) {
    stopSpinning?.();
    stream.write(isTerminal ? `${paint.bad('✖')} ${title}\n` : `${title}: failed\n`);
    throw error;
  }
}

const plain = { busy: (text) => text, faint: (text) => text, good: (text) => text, bad: (text) => text };
const colour = (code) => (text) => `\u001b[${code}m${text}\u001b[0m`;
const painted = { busy: colour(36), faint: colour(2), good: colour(32), bad: colour(31) };

function spin(stream, line) {
  let turn = 0;
  const draw = () => {
    stream.write(`\r\u001b[2K${line(FRAMES[turn % FRAMES.length])}`);
    turn += 1;
  };
  draw();
  const timer = setInterval(draw, FRAME_MS);
  return () => {
    clearInterval(timer);
    stream.write('\r\u001b[2K');
  };
}
