import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { makeFolder, writePrivateFile } from '@countersign/files';
import { z } from 'zod';
import { exitCodes } from '../output/exit-code.js';
import { Failure, usageFault } from '../output/failure.js';

/** Where one system is and as whom to speak to it. Fields that a newer version wrote are kept. */
export const storedContext = z.looseObject({
  description: z.string().optional(),
  url: z.url().optional(),
  realm: z.string().optional(),
  applicationId: z.string().optional(),
  /** The key stays in its file: a context may be shown. */
  keyFile: z.string().optional(),
  /** For commands of an operator, which cross the bus; may hold `user:password@`. */
  natsUrl: z.string().optional(),
  natsCredsFile: z.string().optional(),
  natsCaFile: z.string().optional(),
});
export type StoredContext = z.output<typeof storedContext>;

const nameShape = /^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$/;

/** Contexts as files of mode 0600, one a name, and `context.txt` with the chosen one; the way the `nats` tool does it. */
export class ContextStore {
  private readonly folder: string;

  /** @param configHome `XDG_CONFIG_HOME`; by default `~/.config` */
  constructor(configHome: string | undefined) {
    this.folder = join(configHome ?? join(homedir(), '.config'), 'countersign');
  }

  names(): readonly string[] {
    const folder = join(this.folder, 'context');
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .filter((file) => file.endsWith('.json') && nameShape.test(file.slice(0, -'.json'.length)))
      .map((file) => file.slice(0, -'.json'.length))
      .sort();
  }

  has(name: string): boolean {
    return existsSync(this.fileOf(name));
  }

  /** @throws Failure when there is none of this name or its file cannot be understood */
  read(name: string): StoredContext {
    const file = this.fileOf(name);
    if (!existsSync(file)) {
      throw new Failure('context.unknown', `there is no context ${name}`, {
        exitCode: exitCodes.notFound,
        hint: 'list the contexts: countersign context list',
      });
    }
    const parsed = storedContext.safeParse(readJson(file));
    if (!parsed.success) {
      const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join(', ');
      throw new Failure('context.malformed', `context ${name} in ${file} does not hold: ${faults}`);
    }
    return parsed.data;
  }

  write(name: string, context: StoredContext): void {
    const file = this.fileOf(name);
    makeFolder(join(this.folder, 'context'));
    writePrivateFile(file, `${JSON.stringify(context, undefined, 2)}\n`);
  }

  remove(name: string): void {
    rmSync(this.fileOf(name));
    if (this.chosen() === name) rmSync(this.chosenFile, { force: true });
  }

  /** The name in `context.txt`. */
  chosen(): string | undefined {
    if (!existsSync(this.chosenFile)) return undefined;
    const name = readFileSync(this.chosenFile, 'utf8').trim();
    return name === '' ? undefined : name;
  }

  choose(name: string): void {
    makeFolder(this.folder);
    writePrivateFile(this.chosenFile, `${name}\n`);
  }

  private get chosenFile(): string {
    return join(this.folder, 'context.txt');
  }

  /** A name becomes a file name, so it may hold nothing that leads elsewhere. */
  private fileOf(name: string): string {
    if (!nameShape.test(name)) throw usageFault(`context name ${name} is not 1 to 64 of A-Z, a-z, 0-9, _, - and .`);
    return join(this.folder, 'context', `${name}.json`);
  }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
