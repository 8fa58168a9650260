import { monotonicMs, within } from '@countersign/clock';
import { commonOperations, Problem, type ReplyOf, type RunningService, showApplication } from '@countersign/contracts';
import { type OperatorBus, withBus } from '../../bus/operator-bus.js';
import { discover, pingReply, processesOf } from '../../bus/service-discovery.js';
import type { Invocation } from '../../invocation.js';
import { unreachable } from '../../output/failure.js';
import { failureOf } from '../../output/failure-of.js';
import { type ClockReading, databaseClocksCheck } from './database-clocks.js';
import { type Finding, fault, ok, skipped, warning } from './finding.js';
import { serverCheck } from './nats-version.js';

/** The bus, what it lets us do, the services on it, and the databases behind them. */
export async function busChecks(invocation: Invocation): Promise<readonly Finding[]> {
  try {
    return await withBus(invocation, async (bus) => {
      const services = [...processesOf(await discover(bus, 'PING', pingReply))];
      const permissions = await permissionCheck(bus);
      const application = await applicationCheck(invocation, bus);
      const databases = await Promise.all(services.map(([service, count]) => databaseCheck(bus, service, count)));
      const readiness = await Promise.all(services.map(([service, count]) => readinessChecks(bus, service, count)));
      return [
        serverCheck(bus.connection.info?.version),
        jetStreamCheck(bus),
        permissions,
        application,
        ...services.map(([service, count]) => serviceCheck(service, count)),
        ...databases.map(({ finding }) => finding),
        databaseClocksCheck(databases.flatMap(({ reading }) => reading ?? [])),
        ...readiness.flat(),
      ];
    });
  } catch (error) {
    const { message, hint } = failureOf(error);
    return [fault('bus', message, hint)];
  }
}

function jetStreamCheck({ connection }: OperatorBus): Finding {
  if (connection.info?.jetstream === true) return ok('jetstream', 'enabled');
  return fault('jetstream', 'the server has no JetStream', 'start nats-server with a jetstream { } block');
}

/** An operator may ask, but not hear everything. A bus that lets it do so checks no permissions (guarantee G10). */
async function permissionCheck({ connection }: OperatorBus): Promise<Finding> {
  let isRefused = false;
  const eavesdropping = connection.subscribe('>', {
    callback: (error) => {
      if (error !== null) isRefused = true;
    },
  });
  const answered = connection.flush();
  if (!(await within(answered, 2_000))) throw unreachable('no answer of the bus within 2000 ms');
  await answered;
  if (isRefused) return ok('permissions', 'the bus user of the operator hears its answers only');
  eavesdropping.unsubscribe();
  return warning(
    'permissions',
    'this bus user hears everything',
    'give each service its own user, as the generated accounts do',
  );
}

/** Whether the application that requests are signed as exists and is enabled; the gateway tells a stranger neither. */
async function applicationCheck({ configuration }: Invocation, bus: OperatorBus): Promise<Finding> {
  const name = 'application';
  try {
    const { applicationId } = configuration.credential();
    const application = await bus.ask(showApplication, { applicationId });
    if (!application.isDisabled) return ok(name, `${application.name} of realm ${application.realm} is enabled`);
    const mend = `countersign application enable ${applicationId}`;
    return fault(name, `${application.name} of realm ${application.realm} is disabled`, mend);
  } catch (error) {
    const { code, message, hint } = failureOf(error);
    const isGone = code === 'application.unknown';
    return isGone
      ? fault(name, message, 'use another one; for the demo, npm start makes it')
      : skipped(name, hint ?? message);
  }
}

function serviceCheck(service: RunningService, processes: number): Finding {
  const name = `service ${service}`;
  if (processes === 0) return fault(name, 'does not answer on the bus', `start it: node apps/${service}/dist/main.js`);
  return ok(name, processes === 1 ? '1 process' : `${processes} processes`);
}

/** What was found of a database, and what its clock showed where it was read. */
interface DatabaseChecked {
  readonly finding: Finding;
  readonly reading?: ClockReading;
}

/** Only a service may touch its database, so it is asked what its connections have. */
async function databaseCheck(bus: OperatorBus, service: RunningService, processes: number): Promise<DatabaseChecked> {
  const name = `database of ${service}`;
  if (processes === 0) return { finding: skipped(name, 'the service does not answer') };
  try {
    const askedAt = monotonicMs();
    const { clockMs, ...found } = await bus.ask(commonOperations[service].showDatabase, {});
    const finding = settingsFinding(name, found);
    if (clockMs === undefined) return { finding };
    return { finding, reading: { service, clockMs, askedAt, answeredAt: monotonicMs() } };
  } catch (error) {
    if (error instanceof Problem && error.code === 'store.unavailable') {
      const hint = 'the log of the service says why: look for "no connection to the database"';
      return { finding: fault(name, 'the service does not reach PostgreSQL', hint) };
    }
    return { finding: fault(name, failureOf(error).message, 'look at the log of the service') };
  }
}

type DatabaseFound = Omit<ReplyOf<(typeof commonOperations)[RunningService]['showDatabase']>, 'clockMs'>;

function settingsFinding(name: string, { version, differing }: DatabaseFound): Finding {
  if (differing.length === 0) return ok(name, `PostgreSQL ${version}, its connections have the settings they need`);
  const found = differing.map((setting) => `${setting.name} is ${setting.found}, expected ${setting.expected}`);
  const mend = differing.some((setting) => setting.name === 'fsync')
    ? 'set fsync = on in postgresql.conf, and restart it'
    : 'a pooler in front must keep sessions: pool_mode = session';
  return fault(name, found.join('; '), mend);
}

/** What a service says of itself beside that, such as of its key ring: a line for each part that is not simply up. */
async function readinessChecks(
  bus: OperatorBus,
  service: RunningService,
  processes: number,
): Promise<readonly Finding[]> {
  if (processes === 0) return [];
  const name = `readiness of ${service}`;
  try {
    const { checks } = await bus.ask(commonOperations[service].showReadiness, {});
    const faults = Object.entries(checks).filter(([, state]) => state !== 'up');
    if (faults.length === 0) return [ok(name, `up: ${Object.keys(checks).join(', ')}`)];
    return faults.map(([part, state]) =>
      (state.startsWith('down') ? fault : warning)(name, `${part} ${state}`, 'look at when-something-fails.md'),
    );
  } catch (error) {
    return [fault(name, failureOf(error).message, 'look at the log of the service')];
  }
}
