import { runningServices } from '@countersign/contracts';
import { defineSettings, fileSettingOf, migrationSettings, type SettingDeclarations } from '@countersign/settings';
import { settings as provisionerSettings } from '../../apps/provisioner/src/settings.js';
import type { DeployedProgram } from './program.js';

const migration = defineSettings('migrate', migrationSettings).declarations;
const declarations = new Map<string, SettingDeclarations>(
  Object.entries(provisionerSettings).map((task) => [`provisioner ${task[0]}`, task[1].declarations]),
);
for (const app of ['gateway', 'cli', ...runningServices]) {
  const { settings } = await import(`../../apps/${app}/src/settings.js`);
  declarations.set(app, settings.declarations);
}
for (const service of runningServices) declarations.set(`${service} migrate`, migration);

/** The settings that a command of an image reads. */
export function declarationsOf({ command }: Pick<DeployedProgram, 'command'>): SettingDeclarations {
  const [, file = '', ...task] = command;
  const app = /^apps\/([^/]+)\/bundle\/main\.js$/.exec(file)?.[1] ?? file;
  const found = declarations.get([app, ...task].join(' '));
  if (found === undefined) throw new Error(`no program is known for ${command.join(' ')}`);
  return found;
}

/** What is wrong with the environment that a manifest gives a program, one line each. */
export function environmentFaults(program: DeployedProgram): string[] {
  const declared = declarationsOf(program);
  const files = Object.keys(declared).flatMap((name) => fileSettingOf(name, declared) ?? []);
  const names = Object.keys(program.environment);
  const unknown = names.filter((name) => declared[name] === undefined && !files.includes(name));
  const missing = Object.entries(declared)
    .filter(([, { default: preset, optional }]) => preset === undefined && optional === undefined)
    .filter(([name]) => !names.includes(name) && !names.includes(`${name}_FILE`))
    .map(([name]) => name);
  const wrong = names.filter((name) => {
    const value = program.environment[name];
    return value !== '' && declared[name]?.schema.safeParse(value).success === false;
  });
  const inClear = names.filter((name) => declared[name]?.secret);
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
