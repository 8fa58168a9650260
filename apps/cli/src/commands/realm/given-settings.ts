import { realmSettings } from '@countersign/contracts';
import { readBody } from '../../configuration/body-source.js';
import type { Invocation } from '../../invocation.js';
import { usageFault } from '../../output/failure.js';
import { faultsOf, isObject, strayName } from '../../schema-faults.js';

const names = Object.keys(realmSettings.shape);

type Settings = Readonly<Record<string, unknown>>;

/**
 * The settings that `--settings` and the `path=json` words from `first` on name; `null` stands for the default. Those of
 * dialects are checked against what the gateway publishes (`checkDialectSettings`).
 * @throws Failure for usage, naming the setting, before anything is asked
 */
export function givenSettings({ given, words }: Invocation, first: number): Settings {
  const settings = words
    .slice(first)
    .map(settingOf)
    .reduce((all, one) => joined(all, one), settingsIn(readBody(given.text('settings'))));
  const unknown = Object.keys(settings).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    const hint = `settings are ${names.join(', ')}; one of a dialect is dialects.<dialect>.${unknown}`;
    throw usageFault(`${unknown} is no setting`, hint);
  }
  const values = withoutNulls(settings);
  const parsed = realmSettings.safeParse(values);
  if (!parsed.success) throw usageFault(faultsOf(parsed.error, values));
  const stray = strayName(values, parsed.data);
  if (stray !== undefined) throw usageFault(`${stray} is no setting`);
  return settings;
}

/** Settings without those that are put back to their defaults. */
export function withoutNulls(settings: Settings): Settings {
  const named = Object.entries(settings).filter(([, value]) => value !== null);
  return Object.fromEntries(named.map(([name, value]) => [name, isObject(value) ? withoutNulls(value) : value]));
}

function settingsIn(text: Buffer | undefined): Settings {
  const value = text === undefined ? {} : jsonIn(text.toString('utf8'));
  if (!isObject(value)) throw usageFault('--settings is no JSON object');
  return value;
}

/** What is not JSON is taken as text: `attributes.custom1.displayName=Desk` means what it says. */
function settingOf(word: string): Settings {
  const cut = word.indexOf('=');
  if (cut === -1) throw usageFault(`${word} is not path=json`, 'write it as uniqueEmail=true');
  const text = word.slice(cut + 1);
  const json = jsonIn(text);
  const steps = word.slice(0, cut).split('.');
  const value = json === undefined ? text : json;
  return steps.reduceRight<unknown>((inner, step) => Object.fromEntries([[step, inner]]), value) as Settings;
}

/** @throws Failure for usage when both name one setting */
function joined(one: Settings, other: Settings, place = ''): Settings {
  const added = Object.entries(other).map(([name, value]) => {
    const path = `${place}${name}`;
    if (!Object.hasOwn(one, name)) return [name, value];
    const before = one[name];
    if (!isObject(before) || !isObject(value)) throw usageFault(`${path} is given twice`);
    return [name, joined(before, value, `${path}.`)];
  });
  return Object.fromEntries([...Object.entries(one), ...added]);
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
