import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The one place that knows what lies where in the data folder. Everything but the servers' own folders is ours alone. */
export class DataFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = resolve(path);
    // whatever the umask: the command line believes no folder that others may write
    mkdirSync(this.path, { recursive: true, mode: 0o755 });
    for (const folder of [this.keys, this.environments]) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      chmodSync(folder, 0o700);
    }
  }

  get postgres(): string {
    return join(this.path, 'postgres');
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
  get ports(): string {
    return join(this.path, 'ports.json');
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
}

/** The parsed file, or `undefined` when it is not there or was never finished. */
export function readJsonFile(file: string): unknown {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
