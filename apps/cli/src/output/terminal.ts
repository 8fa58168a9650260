import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { type ColourChoice, type Colours, coloursOf } from './colours.js';
import type { Failure } from './failure.js';
import { isForProgram, type OutputFormat } from './format.js';
import { printableText } from './printable.js';

export type OutputStream = Writable & { readonly isTTY?: boolean };

export interface TerminalOptions {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Opened only to ask something: a pipe that was opened as a stream can no longer be read at once as a file. */
  readonly openStdin: () => NodeJS.ReadableStream;
  readonly isStdinTerminal: boolean;
  readonly format: OutputFormat;
  readonly colour: ColourChoice;
  readonly noColour: string | undefined;
  readonly forceColour: string | undefined;
  readonly terminalKind: string | undefined;
  readonly isQuiet: boolean;
  readonly isVerbose: boolean;
}

/**
 * The result goes to stdout, everything else to stderr, so that a pipe gets the result and nothing but it.
 * Whatever is shown is made safe here, since answers, names and paths are chosen by others; JSON stays the same JSON.
 * Only `verbatim`, `bytes` and what is called `painted` go out as they are.
 */
export class Terminal {
  /** For stdout. */
  readonly colours: Colours;
  /** For stderr. */
  readonly noteColours: Colours;
  readonly format: OutputFormat;

  constructor(private readonly options: TerminalOptions) {
    this.format = options.format;
    this.colours = coloursOf(this.wishesOf(options.stdout));
    this.noteColours = coloursOf(this.wishesOf(options.stderr));
  }

  openStdin(): NodeJS.ReadableStream {
    return this.options.openStdin();
  }

  get stderr(): OutputStream {
    return this.options.stderr;
  }

  /** Whether people read the result as it comes. */
  get showsResultOnTerminal(): boolean {
    return this.options.stdout.isTTY === true;
  }

  /** Whether stdin and stderr are a terminal, so that a question can be answered. */
  get isInteractive(): boolean {
    return this.options.isStdinTerminal && this.options.stderr.isTTY === true;
  }

  /** Whether a line on stderr may be written over, such as one that says how far something is. */
  get animates(): boolean {
    const { stderr, terminalKind, isQuiet } = this.options;
    return stderr.isTTY === true && terminalKind !== 'dumb' && !isQuiet && !isForProgram(this.format);
  }

  /** Resolves when stdout takes more: a result without bounds must not pile up before a slow reader. */
  async room(): Promise<void> {
    const { stdout } = this.options;
    if (stdout.writableNeedDrain) await once(stdout, 'drain');
  }

  /** A line, or lines, of the result. */
  line(text: string): void {
    this.verbatim(printableText(text));
  }

  /** A part of the result that does not end its line. */
  text(text: string): void {
    this.options.stdout.write(printableText(text));
  }

  /** The same as it is: with colours, its values made safe one by one, or to be copied byte for byte. */
  verbatim(text: string): void {
    this.options.stdout.write(`${text}\n`);
  }

  /** Bytes of the result as they are. */
  bytes(bytes: Uint8Array): void {
    this.options.stdout.write(bytes);
  }

  /**
   * Said beside the result, to people: not with `--quiet`.
   * @param painted words of our own that follow, with colours
   */
  note(text: string, painted = ''): void {
    if (!this.options.isQuiet) this.options.stderr.write(`${printableText(text)}${painted}\n`);
  }

  /** A note that a program that reads JSON has no use for. */
  remark(text: string): void {
    if (!isForProgram(this.format)) this.note(text);
  }

  /** Only with `--verbose`. */
  detail(text: string): void {
    if (this.options.isVerbose) this.options.stderr.write(`${this.noteColours.dim(printableText(text))}\n`);
  }

  /** Something that should be looked at, although the command goes on; also with `--quiet`. */
  warning(text: string): void {
    this.options.stderr.write(`${this.noteColours.yellow('warning:')} ${printableText(text)}\n`);
  }

  /** How the command failed: for people a sentence and a hint, for programs JSON. */
  failure(failure: Failure): void {
    if (isForProgram(this.format)) {
      const { code, message, hint, requestId } = failure;
      this.options.stderr.write(`${printableText(JSON.stringify({ error: { code, message, hint, requestId } }))}\n`);
      return;
    }
    const { red, dim } = this.noteColours;
    const { message, hint, requestId } = failure;
    this.options.stderr.write(`${red('error:')} ${printableText(message)}\n`);
    if (hint !== undefined) this.options.stderr.write(`${dim('hint:')} ${printableText(hint)}\n`);
    if (requestId !== undefined) this.options.stderr.write(`${dim(`request id: ${printableText(requestId)}`)}\n`);
  }

  private wishesOf(stream: OutputStream) {
    const { colour: choice, noColour, forceColour, terminalKind } = this.options;
    return { choice, noColour, forceColour, terminalKind, isTerminal: stream.isTTY === true };
  }
}
