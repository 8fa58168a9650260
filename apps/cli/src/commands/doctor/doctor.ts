import type { Invocation } from '../../invocation.js';
import type { ExitCode } from '../../output/exit-code.js';
import { busChecks } from './bus-checks.js';
import { dataFolderChecks } from './data-folder-checks.js';
import { type Finding, printFindings } from './finding.js';
import { credentialCheck, gatewayChecks } from './gateway-checks.js';
import { nodeCheck } from './node-check.js';
import { portCheck } from './port-check.js';

/** Looks at everything that has to be right, one line each, with what to do about it. */
export async function doctor(invocation: Invocation): Promise<ExitCode> {
  const gateway = await gatewayChecks(invocation);
  const gatewayAnswers = gateway.length > 1;
  const findings: readonly Finding[] = [
    nodeCheck(process.version, invocation.clock.now()),
    ...(await dataFolderChecks(invocation)),
    await portCheck(Number(invocation.settings.COUNTERSIGN_PORT), gatewayAnswers),
    ...gateway,
    ...(gatewayAnswers ? [await credentialCheck(invocation)] : []),
    ...(await busChecks(invocation)),
  ];
  return printFindings(invocation.terminal, findings);
}
