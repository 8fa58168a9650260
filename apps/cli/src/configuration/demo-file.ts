import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { changePrivateFile } from '@countersign/files';
import { z } from 'zod';
import { Failure } from '../output/failure.js';
import { doubtOn, doubtOnParent, othersMayOpen, othersMayWrite, statusOf } from './ownership.js';

/** What `npm start` leaves for a first request; fields that are not listed here are kept. */
export const demoFile = z.looseObject({
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
 * no other user can have put there, to catch what we send, or can change. The search ends at the first parent that is not ours
 * or that everybody may write, such as /tmp.
 * @param warn gets a line for each file that exists and is passed over, with the reason
 */
export function findDataFolder(
  named: string | undefined,
  start: string,
  warn: (text: string) => void,
): string | undefined {
  if (named !== undefined) return resolve(start, named);
  for (const folder of withParents(resolve(start))) {
    const candidate = join(folder, defaultDataFolder);
    const doubtOnPlace = folder === resolve(start) ? undefined : doubtOnParent(folder);
    if (statusOf(candidate) !== undefined) {
      const doubt = doubtOnPlace ?? doubtOnData(candidate);
      if (doubt === undefined) return candidate;
      warn(`passing over ${candidate}: ${doubt}`);
    }
    if (doubtOnPlace !== undefined) return undefined;
  }
  return undefined;
}

function withParents(folder: string): readonly string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...withParents(parent)];
}

function doubtOnData(folder: string): string | undefined {
  return doubtOn(folder, othersMayWrite) ?? doubtOn(demoFileOf(folder), othersMayOpen);
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
  return existsSync(path) ? demoIn(readFileSync(path, 'utf8'), path) : undefined;
}

function demoIn(text: string, path: string): DemoFile {
  try {
    return demoFile.parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) {
      throw new Failure('demo_file.malformed', `${path} is not what npm start writes`, {
        hint: 'put it back, or remove it: the next npm start makes another demo application',
      });
    }
    throw error;
  }
}

/** Puts another key of the same application into the demo file, as a whole and with mode 0600. */
export function replaceDemoKey(dataFolder: string, applicationKey: string): void {
  const path = demoFileOf(dataFolder);
  changePrivateFile(path, (text) => `${JSON.stringify({ ...demoIn(text, path), applicationKey }, undefined, 2)}\n`);
}
