import pino from 'pino';

export type Logger = pino.Logger;

export interface LoggerOptions {
  readonly service: string;
  /** Name of this replica, where it has one. */
  readonly instance?: string | undefined;
  readonly level: string;
}

/** Names under which a secret might be handed to the logger in spite of all care. */
const secretNames = [
  'authorization',
  'cookie',
  'password',
  'currentPassword',
  'newPassword',
  'applicationKey',
  'key',
  'secret',
  'token',
  'pin',
  'answer',
  'answers',
  'mac',
];
const redactPaths = secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/**
 * JSON lines on stderr, one per fact; stdout is for the `ready` line. JSON encodes CR, LF, NUL and ESC; U+2028, U+2029
 * and the C1 controls, which some viewers also obey, are encoded here, so that no logged value can forge a line (OWASP
 * ASVS 5.0, 16.4.1).
 */
export function createLogger(options: LoggerOptions): Logger {
  const stream = pino.destination({ dest: 2, sync: true });
  return pino(
    {
      level: options.level,
      base: { service: options.service, ...(options.instance !== undefined && { instance: options.instance }) },
      messageKey: 'message',
      redact: { paths: redactPaths, censor: '[secret]' },
      formatters: { level: (label) => ({ level: label }) },
      timestamp: pino.stdTimeFunctions.isoTime,
      hooks: { streamWrite: encodeControls },
    },
    stream,
  );
}

const controls = /[\u007f-\u009f\u2028\u2029]/g;

/** Escapes what JSON leaves as it is and terminals or viewers may obey. */
export function encodeControls(line: string): string {
  return line.replace(controls, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
