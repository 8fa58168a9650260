import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { Failure } from '../output/failure.js';

/** What `npm start` leaves for whoever tries it. */
export const demoFile = z.object({
  baseUrl: z.url(),
  realm: z.string(),
  applicationId: z.string(),
  applicationKey: z.string(),
  natsUrl: z.string().optional(),
});
export type DemoFile = z.output<typeof demoFile>;

export const defaultDataFolder = '.countersign';
const demoFileName = 'demo.json';

/**
 * The data folder of the embedded system: `COUNTERSIGN_DATA`, else the nearest `.countersign` from `start` upwards that
 * belongs to us or to root. Somebody else's is passed over: in a folder that all may write, such as /tmp, it could
 * have been put there to catch what we send.
 */
export function findDataFolder(named: string | undefined, start: string): string | undefined {
  if (named !== undefined) return resolve(start, named);
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    const candidate = join(folder, defaultDataFolder);
    if (existsSync(candidate) && isOurs(candidate)) return candidate;
    if (dirname(folder) === folder) return undefined;
  }
}

function isOurs(folder: string): boolean {
  const owner = statSync(folder).uid;
  const self = process.getuid?.();
  return self === undefined || owner === self || owner === 0;
}

/** Where the demo file of a data folder is, whether or not it exists. */
export function demoFileOf(dataFolder: string): string {
  return join(dataFolder, demoFileName);
}

/**
 * Reads the demo file of a data folder; `undefined` when there is none.
 * @throws Failure when it cannot be understood
 */
export function readDemoFile(dataFolder: string): DemoFile | undefined {
  const path = demoFileOf(dataFolder);
  if (!existsSync(path)) return undefined;
  try {
    return demoFile.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) {
      throw new Failure('demo_file.malformed', `${path} is not what npm start writes`, {
        hint: 'start it anew: npm start',
      });
    }
    throw error;
  }
}
