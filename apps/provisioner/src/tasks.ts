import { UsageFault } from '@countersign/observability';
import { type Environment, SettingsFault } from '@countersign/settings';
import { writeBusConfiguration } from './bus-configuration/write-bus-configuration.js';
import { makeDatabase } from './database/make-database.js';
import { makeSecrets } from './secrets/make-secrets.js';
import { settings } from './settings.js';
import { makeStreams } from './streams/make-streams.js';

/**
 * What can be done, by name, in the order in which a new platform needs it. Each reads its own settings only; may be run
 * again, also by two at once; and answers a line or more for people.
 */
const tasks: Readonly<Record<string, (environment: Environment) => Promise<string>>> = Object.freeze({
  secrets: async (environment) => makeSecrets(settings.secrets.parse(environment)),
  'bus-configuration': async (environment) => writeBusConfiguration(settings['bus-configuration'].parse(environment)),
  database: async (environment) => makeDatabase(settings.database.parse(environment)),
  streams: async (environment) => makeStreams(settings.streams.parse(environment)),
});

/**
 * Does the one task that the arguments name.
 *
 * @param programArguments what follows the name of the entry file
 * @throws UsageFault for anything but the name of a task; SettingsFault; else what kept the task from being done
 */
export async function provision(programArguments: readonly string[], environment: Environment): Promise<string> {
  const [name = '', ...others] = programArguments;
  const task = Object.hasOwn(tasks, name) ? tasks[name] : undefined;
  if (task === undefined || others.length > 0) {
    const expected = Object.keys(tasks).join(', ');
    throw new UsageFault(`provisioner was given "${programArguments.join(' ')}", expected one of ${expected}`);
  }
  try {
    return await task(environment);
  } catch (fault) {
    if (fault instanceof SettingsFault || !(fault instanceof Error)) throw fault;
    throw new Error(`${name} failed: ${fault.message}`, { cause: fault });
  }
}
