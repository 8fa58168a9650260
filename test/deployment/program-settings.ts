import { defineSettings, fileSettingOf, migrationSettings, type SettingDeclarations } from '@countersign/settings';
import { settings as authenticationSettings } from '../../apps/authentication/src/settings.js';
import { settings as cliSettings } from '../../apps/cli/src/settings.js';
import { settings as directorySettings } from '../../apps/directory/src/settings.js';
import { settings as gatewaySettings } from '../../apps/gateway/src/settings.js';
import { settings as provisionerSettings } from '../../apps/provisioner/src/settings.js';
import type { DeployedProgram } from './program.js';

const migration = defineSettings('migrate', migrationSettings);

/** The settings that a command of an image reads. */
export function declarationsOf({ command }: Pick<DeployedProgram, 'command'>): SettingDeclarations {
  const [, file = '', task] = command;
  const app = /^apps\/([^/]+)\/bundle\/main\.js$/.exec(file)?.[1];
  if (app === 'gateway') return gatewaySettings.declarations;
  if (app === 'cli') return cliSettings.declarations;
  if (app === 'authentication') return (task === 'migrate' ? migration : authenticationSettings).declarations;
  if (app === 'directory') return (task === 'migrate' ? migration : directorySettings).declarations;
  const found = Object.entries(provisionerSettings).find(([name]) => app === 'provisioner' && name === task);
  if (found === undefined) throw new Error(`no program is known for ${command.join(' ')}`);
  return found[1].declarations;
}

/** What is wrong with the environment that a manifest gives a program, one line each. */
export function environmentFaults(program: DeployedProgram): string[] {
  const declarations: SettingDeclarations = declarationsOf(program);
  const files = Object.keys(declarations).flatMap((name) => fileSettingOf(name, declarations) ?? []);
  const names = Object.keys(program.environment);
  const unknown = names.filter((name) => declarations[name] === undefined && !files.includes(name));
  const missing = Object.entries(declarations)
    .filter(([, { default: preset, optional }]) => preset === undefined && optional === undefined)
    .filter(([name]) => !names.includes(name) && !names.includes(`${name}_FILE`))
    .map(([name]) => name);
  const wrong = names.filter((name) => {
    const value = program.environment[name];
    return value !== '' && declarations[name]?.schema.safeParse(value).success === false;
  });
  const inClear = names.filter((name) => declarations[name]?.secret);
  return [
    ...unknown.map((name) => `${program.name} is given ${name}, which is no setting of it`),
    ...missing.map((name) => `${program.name} is not given ${name}`),
    ...wrong.map((name) => `${program.name} is given a ${name} that it does not take`),
    ...inClear.map((name) => `${program.name} is given the secret ${name} in clear`),
  ];
}

/** The files that a manifest names in a program's environment. */
export function namedFiles(program: DeployedProgram): readonly string[] {
  return Object.entries(program.environment).flatMap(([name, value]) => (name.endsWith('_FILE') ? [value] : []));
}
