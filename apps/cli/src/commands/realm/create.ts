import { createRealm, type RealmSettings, realmProfiles, realmSettings } from '@countersign/contracts';
import { z } from 'zod';
import { askOnce } from '../../bus/operator-bus.js';
import { readBody } from '../../configuration/body-source.js';
import { saidInsteadOfDone } from '../../dry-run.js';
import { type Invocation, word } from '../../invocation.js';
import { usageFault } from '../../output/failure.js';
import { printOne } from '../../output/result.js';
import { realmFacts } from './view.js';

/** Makes a realm, with the settings that differ from their defaults. */
export async function createRealmCommand(invocation: Invocation): Promise<undefined> {
  const profile = realmProfiles.find((known) => known === invocation.given.text('profile'));
  const settings = settingsOf(readBody(invocation.given.text('settings')));
  const request = {
    realm: word(invocation, 0),
    ...(profile === undefined ? {} : { profile }),
    ...(settings === undefined ? {} : { settings }),
  };
  if (saidInsteadOfDone(invocation, createRealm, request)) return;
  const realm = await askOnce(invocation, createRealm, request);
  printOne(invocation.terminal, realm, realmFacts(realm));
}

/** A misspelt setting would quietly stay at its default: unknown names are refused here. */
function settingsOf(text: Buffer | undefined): RealmSettings | undefined {
  if (text === undefined) return undefined;
  let given: unknown;
  try {
    given = JSON.parse(text.toString('utf8'));
  } catch {
    throw usageFault('--settings is not JSON');
  }
  const result = z.strictObject(realmSettings.shape).safeParse(given);
  if (!result.success) throw usageFault(`--settings: ${result.error.issues.map(({ message }) => message).join(', ')}`);
  return result.data;
}
