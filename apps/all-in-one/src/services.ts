import { authentication } from '@countersign/authentication/service';
import type { RunningService } from '@countersign/contracts';
import { directory } from '@countersign/directory/service';
import type { ServicePlan } from '@countersign/hosting';

/** Every service of the list, as this process starts it. */
export const plans: Readonly<Record<RunningService, ServicePlan>> = { authentication, directory };
