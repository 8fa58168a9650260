import { realmSettings, setRealm } from '@countersign/contracts';
import { askOnce } from '../../bus/operator-bus.js';
import { readBody } from '../../configuration/body-source.js';
import { saidInsteadOfDone } from '../../dry-run.js';
import { type Invocation, word } from '../../invocation.js';
import { usageFault } from '../../output/failure.js';
import { printOne } from '../../output/result.js';
import { realmFacts } from './view.js';

const names = Object.keys(realmSettings.shape).join(', ');

type Pair = readonly [name: string, value: unknown];

/**
 * Changes settings of a realm; `null` puts one back to its default. Only those that are named change, and of one that is
 * an object only the keys that are named.
 */
export async function setRealmCommand(invocation: Invocation): Promise<undefined> {
  const pairs = [...settingsIn(readBody(invocation.given.text('settings'))), ...settingWords(invocation)];
  const settings = Object.fromEntries(pairs);
  for (const [at, [name, value]] of pairs.entries()) {
    judge(name, value);
    if (pairs.findIndex(([other]) => other === name) !== at) throw usageFault(`${name} is given twice`);
  }
  if (pairs.length === 0) throw usageFault('nothing to set', `give key=json or --settings, of ${names}`);
  const request = { realm: word(invocation, 0), settings };
  if (saidInsteadOfDone(invocation, setRealm, request)) return;
  const realm = await askOnce(invocation, setRealm, request);
  printOne(invocation.terminal, realm, realmFacts(realm));
}

function settingsIn(text: Buffer | undefined): readonly Pair[] {
  if (text === undefined) return [];
  const value = jsonOf(text.toString('utf8'));
  if (!isObject(value)) throw usageFault('--settings is no JSON object');
  return Object.entries(value);
}

/** What is not JSON is taken as text: `ownDomain=corp` means what it says. */
function settingWords({ words }: Invocation): readonly Pair[] {
  return words.slice(1).map((word) => {
    const cut = word.indexOf('=');
    if (cut === -1) throw usageFault(`${word} is not key=json`, 'write it as supportsGroups=false');
    const text = word.slice(cut + 1);
    const json = jsonOf(text);
    return [word.slice(0, cut), json === undefined ? text : json];
  });
}

/** @throws Failure for usage, naming the setting, before anything is asked */
function judge(name: string, value: unknown): void {
  if (!Object.hasOwn(realmSettings.shape, name)) throw usageFault(`${name} is no setting`, `there are ${names}`);
  if (value === null) return;
  const result = realmSettings.shape[name as keyof typeof realmSettings.shape].safeParse(named(value));
  if (!result.success) throw usageFault(`${name}: ${result.error.issues.map(({ message }) => message).join(', ')}`);
}

/** Keys that are put back to their defaults say nothing that could be wrong. */
function named(value: unknown): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
