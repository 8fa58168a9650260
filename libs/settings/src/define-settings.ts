import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { Secret } from '@countersign/sealing';
import { z } from 'zod';

/** One setting, read from the environment variable of its name. */
export interface SettingDeclaration<Schema extends z.ZodType = z.ZodType> {
  readonly schema: Schema;
  /** What it does, in which unit, for the generated reference. */
  readonly description: string;
  /** Text as it would stand in the environment; without it the setting must be given. */
  readonly default?: string;
  /** May be left out altogether: the value is then `undefined`. */
  readonly optional?: true;
  /** Arrives as `Secret`, which cannot be printed; may also be given as `<NAME>_FILE`, the name of a file that holds it. */
  readonly secret?: true;
}

export type SettingDeclarations = Readonly<Record<string, SettingDeclaration>>;

type Parsed<D extends SettingDeclaration> = z.output<D['schema']>;
type Guarded<D extends SettingDeclaration> = D extends { secret: true } ? Secret<Parsed<D>> : Parsed<D>;
type ValueOf<D extends SettingDeclaration> = D extends { optional: true } ? Guarded<D> | undefined : Guarded<D>;

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Settings<D extends SettingDeclarations> {
  readonly service: string;
  readonly declarations: D;
  /**
   * Reads all settings at once into one frozen object. An empty variable counts as absent. A secret may stand in a file
   * instead, as containers are given theirs: `DATABASE_URL_FILE` names the file that holds `DATABASE_URL`.
   * @throws SettingsFault that names every fault, so that the operator mends all of them at once
   */
  parse(environment: Environment): { readonly [Name in keyof D]: ValueOf<D[Name]> };
}

export type SettingsOf<S> = S extends Settings<infer D> ? { readonly [Name in keyof D]: ValueOf<D[Name]> } : never;

/** All that is wrong with the environment; values are never repeated, since they may be secrets. */
export class SettingsFault extends Error {
  override readonly name = 'SettingsFault';
  constructor(
    service: string,
    readonly faults: readonly string[],
  ) {
    super(`settings of ${service} do not hold:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  }
}

/** One fault among others: the reading goes on with the next setting. */
class SettingFault extends Error {}

function readOne(name: string, declaration: SettingDeclaration, given: string | undefined): unknown {
  const text = given ?? declaration.default;
  if (text === undefined) {
    if (declaration.optional) return undefined;
    throw new SettingFault(`${name} is not set: ${declaration.description}`);
  }
  const result = declaration.schema.safeParse(text);
  if (!result.success) {
    throw new SettingFault(`${name}: ${result.error.issues.map((issue) => issue.message).join(', ')}`);
  }
  return declaration.secret ? new Secret(result.data) : result.data;
}

/** The name under which a secret may be given as a file; none where the declarations use that name themselves. */
export function fileSettingOf(name: string, declarations: SettingDeclarations): string | undefined {
  const fileName = `${name}_FILE`;
  return declarations[name]?.secret && declarations[fileName] === undefined ? fileName : undefined;
}

/** The text of a setting: the variable itself, or for a secret what the file holds that `<NAME>_FILE` names. */
function givenText(name: string, declarations: SettingDeclarations, environment: Environment): string | undefined {
  const text = environment[name] || undefined;
  const fileName = fileSettingOf(name, declarations);
  const file = fileName === undefined ? undefined : environment[fileName] || undefined;
  if (file === undefined) return text;
  if (text !== undefined) throw new SettingFault(`${name} and ${fileName} are both set: expected one of them`);
  return textOfFile(`${fileName}`, file);
}

/** The byte order mark and the line end that editors and `echo` leave are no part of a secret. */
function textOfFile(fileName: string, file: string): string {
  const bytes = bytesOf(fileName, file);
  if (!isUtf8(bytes)) throw new SettingFault(`${fileName}: ${file} is not UTF-8`);
  const text = bytes.toString('utf8').replace(/^\ufeff|\r?\n$/g, '');
  if (text === '') throw new SettingFault(`${fileName}: ${file} is empty`);
  return text;
}

function bytesOf(fileName: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new SettingFault(`${fileName}: ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

/** Declares the settings of a service, once: types, defaults, faults and the reference come from here. */
export function defineSettings<const D extends SettingDeclarations>(service: string, declarations: D): Settings<D> {
  return Object.freeze({
    service,
    declarations,
    parse(environment: Environment) {
      const faults: string[] = [];
      const entries = Object.entries(declarations).map(([name, declaration]) => {
        try {
          return [name, readOne(name, declaration, givenText(name, declarations, environment))] as const;
        } catch (error) {
          if (!(error instanceof SettingFault)) throw error;
          faults.push(error.message);
          return [name, undefined] as const;
        }
      });
      if (faults.length > 0) throw new SettingsFault(service, faults);
      return Object.freeze(Object.fromEntries(entries)) as { readonly [Name in keyof D]: ValueOf<D[Name]> };
    },
  });
}

/** `true`, `false`, `1`, `0`, `yes`, `no`, `on`, `off`. */
export const flag = z
  .string()
  .transform((text) => text.trim().toLowerCase())
  .pipe(z.enum(['true', 'false', '1', '0', 'yes', 'no', 'on', 'off'], 'is not true or false'))
  .transform((text) => text === 'true' || text === '1' || text === 'yes' || text === 'on');

/** A whole number between bounds, both allowed. */
export function wholeNumber(minimum: number, maximum: number) {
  const message = `is not a whole number from ${minimum} to ${maximum}`;
  return z
    .string()
    .regex(/^[0-9]{1,15}$/, message)
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, message);
}

/** Comma-separated list without empty parts. */
export const commaList = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);
