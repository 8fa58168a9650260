import { Messenger } from '@countersign/messaging';
import { Metrics } from '@countersign/observability';
import { type DynamicModule, Module } from '@nestjs/common';
import { DescriptionController } from './description/description.controller.js';
import { dialectOf } from './dialects.js';
import { HealthController } from './health/health.controller.js';
import { ReadinessProbe } from './health/readiness.js';
import { Associations } from './secureauth/associations.js';
import { GroupsController } from './secureauth/groups.controller.js';
import { PasswordsController } from './secureauth/passwords.controller.js';
import { UsersController } from './secureauth/users.controller.js';
import { OnBehalf } from './signature/on-behalf.js';
import { SignedApi, type SignedApiParts } from './signature/signed-api.js';

export interface GatewayParts extends Omit<SignedApiParts, 'dialectOf'> {
  /** Gives `Messenger` and `Bus` to everybody. */
  readonly messaging: DynamicModule;
}

@Module({})
export class GatewayModule {
  static with(parts: GatewayParts): DynamicModule {
    return {
      module: GatewayModule,
      imports: [parts.messaging],
      controllers: [HealthController, DescriptionController, UsersController, PasswordsController, GroupsController],
      providers: [
        ReadinessProbe,
        Associations,
        { provide: Metrics, useValue: parts.metrics },
        {
          provide: SignedApi,
          inject: [Messenger],
          useFactory: (messenger: Messenger) => new SignedApi(messenger, { ...parts, dialectOf }),
        },
        { provide: OnBehalf, inject: [SignedApi], useFactory: ({ onBehalf }: SignedApi) => onBehalf },
      ],
    };
  }
}
