import type { Invocation } from '../../invocation.js';
import type { ExitCode } from '../../output/exit-code.js';
import { busChecks } from '../doctor/bus-checks.js';
import { printFindings } from '../doctor/finding.js';
import { credentialCheck, gatewayChecks } from '../doctor/gateway-checks.js';

/** Tries out the context in use, or the named one: gateway, clock, key, and the bus when it has one. */
export async function checkContext(invocation: Invocation): Promise<ExitCode> {
  const [named] = invocation.words;
  const tried =
    named === undefined ? invocation : { ...invocation, configuration: invocation.configuration.ofContext(named) };
  const { natsUrl } = tried.configuration.source().values;
  const findings = [
    ...(await gatewayChecks(tried)),
    await credentialCheck(tried),
    ...(natsUrl === undefined ? [] : await busChecks(tried)),
  ];
  return printFindings(invocation.terminal, findings);
}
