import { PasswordHasher } from '@countersign/hashing';
import { type HostedParts, LOGGER } from '@countersign/hosting';
import { Outbox } from '@countersign/outbox';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { applicationHandlers, applicationProviders } from './applications/applications.js';
import { ClaimLimits } from './claims/claim-limits.js';
import { ClaimMetrics } from './claims/claim-metrics.js';
import { claimHandlers, claimProviders } from './claims/claims.js';
import { keyRingHandlers, keyRingProviders } from './key-ring/key-ring.js';
import { Sealer } from './key-ring/sealer.js';
import { passwordHandlers, passwordProviders } from './passwords/passwords.js';
import { realmSettingsHandlers, realmSettingsProviders } from './realm-settings/realm-settings.js';
import { realmHandlers, realmProviders } from './realms/realms.js';
import type { AuthenticationSettings } from './settings.js';
import { userHandlers, userProviders } from './users/users.js';

@Module({})
export class AuthenticationModule {
  static with(settings: AuthenticationSettings, parts: HostedParts): DynamicModule {
    return {
      module: AuthenticationModule,
      imports: [...parts.imports],
      controllers: [
        ...realmHandlers,
        ...applicationHandlers,
        ...claimHandlers,
        ...realmSettingsHandlers,
        ...passwordHandlers,
        ...userHandlers,
        ...keyRingHandlers,
      ],
      providers: [
        ...openedParts(settings, parts),
        ...realmProviders,
        ...applicationProviders,
        ...claimProviders,
        ...realmSettingsProviders,
        ...passwordProviders,
        ...userProviders,
        ...keyRingProviders,
      ],
    };
  }
}

function openedParts(settings: AuthenticationSettings, parts: HostedParts): Provider[] {
  const { logger, metrics, keyRing, hasher, outbox } = parts;
  const limits = new ClaimLimits(
    settings.AUTHENTICATION_SKEW_SECONDS,
    settings.AUTHENTICATION_STANDBY_IS_SYNCHRONOUS,
    settings.DATABASE_STATEMENT_TIMEOUT_MS,
  );
  return [
    { provide: LOGGER, useValue: logger },
    { provide: Outbox, useValue: outbox },
    { provide: PasswordHasher, useValue: hasher },
    { provide: Sealer, useValue: new Sealer(keyRing) },
    { provide: ClaimLimits, useValue: limits },
    { provide: ClaimMetrics, useValue: new ClaimMetrics(metrics, logger) },
  ];
}
