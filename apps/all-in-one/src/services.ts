import { settings as authenticationSettings, startAuthentication } from '@countersign/authentication/service';
import type { RunningService as Service } from '@countersign/contracts';
import { settings as directorySettings, startDirectory } from '@countersign/directory/service';
import type { RunningService } from '@countersign/observability';
import type { Environment } from '@countersign/settings';

type Start = (environment: Environment) => Promise<RunningService>;

/** How each service of the list is started in this process. */
export const starts: Readonly<Record<Service, Start>> = {
  authentication: (environment) => startAuthentication(authenticationSettings.parse(environment)),
  directory: (environment) => startDirectory(directorySettings.parse(environment)),
};
