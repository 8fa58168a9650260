import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeFolder, withFile } from '@countersign/files';
import type { z } from 'zod';

/** The one place that knows what lies where in the data folder. Everything but the servers' own folders is ours alone. */
export class DataFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = resolve(path);
    // whatever the umask: the command line believes no folder that others may write
    makeFolder(this.path, 0o755);
    for (const folder of [this.keys, this.environments]) {
      makeFolder(folder);
      withFile(folder, 'written', () => chmodSync(folder, 0o700));
    }
  }

  get postgres(): string {
    return join(this.path, 'postgres');
  }
  /** The database cluster itself. */
  get cluster(): string {
    return join(this.postgres, 'data');
  }
  get nats(): string {
    return join(this.path, 'nats');
  }
  get keys(): string {
    return join(this.path, 'keys');
  }
  get environments(): string {
    return join(this.path, 'env');
  }
  get secrets(): string {
    return join(this.path, 'secrets.json');
  }
  get demo(): string {
    return join(this.path, 'demo.json');
  }
  keyRing(service: string): string {
    return join(this.keys, `${service}.key-ring.json`);
  }
  environment(service: string): string {
    return join(this.environments, `${service}.env`);
  }

  /** What earlier starts have left here beside the secrets: at a first start nothing. */
  traces(): readonly string[] {
    return [this.cluster, this.nats, this.keys, this.environments, this.demo].filter(isFilled);
  }
}

function isFilled(path: string): boolean {
  if (!existsSync(path)) return false;
  return withFile(path, 'read', () => path.endsWith('.json') || readdirSync(path).length > 0);
}

/**
 * What a JSON file holds, or `undefined` when nothing of that name exists.
 *
 * @param mend what to do about a file that is damaged
 * @throws Error that names the file when it cannot be read or holds something else: it is not taken for one that is missing
 */
export function readJsonFile<T>(file: string, schema: z.ZodType<T>, mend: string): T | undefined {
  if (!existsSync(file)) return undefined;
  const text = withFile(file, 'read', () => readFileSync(file, 'utf8'));
  const parsed = schema.safeParse(jsonIn(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.join('.') ?? '';
  throw new Error(`${file} is damaged: ${place === '' ? 'it is not the JSON that npm start writes' : place}: ${mend}`);
}

/** `undefined`, which no schema takes, for what is not JSON; the parser's own message would quote secrets. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
