import { createRealm, realmProfiles, setRealm } from '@countersign/contracts';
import { askOnce, withBus } from '../../bus/operator-bus.js';
import { saidInsteadOfDone } from '../../dry-run.js';
import { checkDialectSettings } from '../../gateway/dialect-settings.js';
import { hiddenUserWarning } from '../../gateway/hidden-users.js';
import { type Invocation, word } from '../../invocation.js';
import { usageFault } from '../../output/failure.js';
import { printOne } from '../../output/result.js';
import { givenSettings, withoutNulls } from './given-settings.js';
import { realmFacts } from './show.js';

/** Makes a realm, with the settings that differ from their defaults. */
export async function createRealmCommand(invocation: Invocation): Promise<undefined> {
  const profile = realmProfiles.find((known) => known === invocation.given.text('profile'));
  const settings = withoutNulls(givenSettings(invocation, 1));
  await checkDialectSettings(invocation, settings);
  const request = {
    realm: word(invocation, 0),
    ...(profile === undefined ? {} : { profile }),
    ...(Object.keys(settings).length === 0 ? {} : { settings }),
  };
  if (saidInsteadOfDone(invocation, createRealm, request)) return;
  const realm = await askOnce(invocation, createRealm, request);
  printOne(invocation.terminal, realm, realmFacts(realm));
}

/** Changes settings of a realm: those that are named, and of one that is an object the keys that are named. */
export async function setRealmCommand(invocation: Invocation): Promise<undefined> {
  const settings = givenSettings(invocation, 1);
  if (Object.keys(settings).length === 0) throw usageFault('nothing to set', 'give path=json or --settings');
  await checkDialectSettings(invocation, settings);
  const request = { realm: word(invocation, 0), settings };
  if (saidInsteadOfDone(invocation, setRealm, request)) return;
  const realm = await askOnce(invocation, setRealm, request);
  printOne(invocation.terminal, realm, realmFacts(realm));
  if (settings['dialects'] === undefined) return;
  const { dialects } = realm.settings;
  const warning = await withBus(invocation, (bus) => hiddenUserWarning(request.realm, dialects, bus.ask));
  if (warning !== undefined) invocation.terminal.warning(warning);
}
