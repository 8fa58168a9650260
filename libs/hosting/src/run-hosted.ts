import { createLogger, runService, runTask, UsageFault } from '@countersign/observability';
import { migrate } from '@countersign/persistence';
import { defineSettings, type Environment, migrationSettings } from '@countersign/settings';
import { hostService } from './host-service.js';
import type { ServicePlan } from './service-plan.js';

/**
 * What the entry file of a service with tables does: serves until a signal stops it, or with the argument `migrate`
 * brings its schema up to date as the role that owns it and ends. That needs the owner's address and nothing else, so
 * that replicas which serve need not have it. Several at once take turns; with nothing to do it is done at once.
 *
 * Exit codes: those of `runService` and `runTask`.
 * @param programArguments what follows the name of the entry file
 */
export async function runHosted(
  plan: ServicePlan,
  programArguments: readonly string[],
  environment: Environment,
): Promise<void> {
  const [task, ...others] = programArguments;
  if (task === undefined) await runService(() => hostService(plan, environment));
  else if (task === 'migrate' && others.length === 0) await runTask(() => migrateOnly(plan, environment));
  else await runTask(() => refuse(plan.service, programArguments));
}

/** @returns a line for people */
async function migrateOnly({ service, migrations }: ServicePlan, environment: Environment): Promise<string> {
  const settings = defineSettings(`${service} migrate`, migrationSettings).parse(environment);
  const logger = createLogger({ service, level: settings.LOG_LEVEL });
  const url = settings.DATABASE_OWNER_URL.reveal();
  const applied = await migrate({ url, schema: service, migrations, logger });
  return applied.length === 0
    ? `schema ${service} is up to date`
    : `schema ${service} has ${applied.length} more migrations: ${applied.join(', ')}`;
}

async function refuse(service: string, found: readonly string[]): Promise<never> {
  throw new UsageFault(`${service} was given "${found.join(' ')}", expected migrate or nothing`);
}
