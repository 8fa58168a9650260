import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { registeredForm } from '@countersign/signing';
import { type StoredContext, storedContext } from '../../configuration/contexts.js';
import { type Invocation, word } from '../../invocation.js';
import { exitCodes } from '../../output/exit-code.js';
import { Failure, usageFault } from '../../output/failure.js';
import { printOne } from '../../output/result.js';
import { contextFacts, withoutPassword } from './show.js';

/** Stores a context out of the flags. */
export async function addContext(invocation: Invocation): Promise<undefined> {
  const { configuration, given, terminal } = invocation;
  const name = word(invocation, 0);
  const isThere = configuration.contexts.has(name);
  if (isThere && !given.isSet('yes')) {
    throw new Failure('context.exists', `there is a context ${name}`, {
      exitCode: exitCodes.refused,
      hint: 'replace the fields that are given with --yes',
    });
  }
  const context = checked({ ...(isThere ? configuration.contexts.read(name) : {}), ...fieldsOf(invocation) });
  if (!given.isSet('dryRun')) configuration.contexts.write(name, context);
  printOne(terminal, { name, ...withoutPassword(context) }, contextFacts(name, context));
  if (configuration.contexts.chosen() === undefined) terminal.remark(`choose it with: countersign context use ${name}`);
}

/** Paths are stored whole: the context is used from other folders too. */
function fieldsOf({ given }: Invocation): StoredContext {
  const path = (flag: string) => {
    const value = given.text(flag);
    return value === undefined ? undefined : resolve(value);
  };
  if (given.text('keyFile') === '-')
    throw usageFault('a context stores where the key is, so --key-file must be a file');
  const natsUrlFile = given.text('natsUrlFile');
  const application = given.text('application');
  const fields = {
    description: given.text('description'),
    url: given.text('url'),
    realm: given.text('realm'),
    applicationId: application === undefined ? undefined : (registeredForm(application) ?? application),
    keyFile: path('keyFile'),
    natsUrl: natsUrlFile === undefined ? undefined : readFileSync(natsUrlFile === '-' ? 0 : natsUrlFile, 'utf8').trim(),
    natsCredsFile: path('natsCreds'),
    natsCaFile: path('natsCa'),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function checked(context: StoredContext): StoredContext {
  const parsed = storedContext.safeParse(context);
  const faults = parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  const { applicationId } = context;
  if (applicationId !== undefined && registeredForm(applicationId) === undefined) {
    faults.push('application: is not 32 hex digits');
  }
  if (faults.length > 0) throw usageFault(faults.join(', '));
  return context;
}
