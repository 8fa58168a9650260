import { PasswordHasher } from '@countersign/hashing';
import { type Bus, MessagingModule } from '@countersign/messaging';
import type { Logger, Metrics } from '@countersign/observability';
import { Outbox } from '@countersign/outbox';
import { answersSealedWith, PersistenceModule } from '@countersign/persistence';
import type { KeyRingSource } from '@countersign/settings';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { applicationHandlers, applicationProviders } from './applications/applications.js';
import { ClaimLimits } from './claims/claim-limits.js';
import { ClaimMetrics } from './claims/claim-metrics.js';
import { claimHandlers, claimProviders } from './claims/claims.js';
import { entities } from './entities.js';
import { keyRingHandlers, keyRingProviders } from './key-ring/key-ring.js';
import { Sealer } from './key-ring/sealer.js';
import { LOGGER } from './logger.token.js';
import { passwordHandlers, passwordProviders } from './passwords/passwords.js';
import { realmHandlers, realmProviders } from './realms/realms.js';
import type { AuthenticationSettings } from './settings.js';

/** What the service has opened before its module is made, and closes after it. */
export interface AuthenticationParts {
  readonly settings: AuthenticationSettings;
  readonly bus: Bus;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly keyRing: KeyRingSource;
  readonly hasher: PasswordHasher;
  readonly outbox: Outbox;
}

@Module({})
export class AuthenticationModule {
  static forRoot(parts: AuthenticationParts): DynamicModule {
    const { settings, bus, logger, metrics } = parts;
    return {
      module: AuthenticationModule,
      imports: [
        MessagingModule.forRoot({ bus, metrics }),
        PersistenceModule.forRoot({
          url: settings.DATABASE_URL.reveal(),
          schema: 'authentication',
          entities,
          poolSize: settings.DATABASE_POOL_SIZE,
          statementTimeoutMs: settings.DATABASE_STATEMENT_TIMEOUT_MS,
          answerSeal: answersSealedWith(parts.keyRing),
          logger,
          metrics,
        }),
      ],
      controllers: [
        ...realmHandlers,
        ...applicationHandlers,
        ...claimHandlers,
        ...passwordHandlers,
        ...keyRingHandlers,
      ],
      providers: [
        ...openedParts(parts),
        ...realmProviders,
        ...applicationProviders,
        ...claimProviders,
        ...passwordProviders,
        ...keyRingProviders,
      ],
    };
  }
}

function openedParts({ settings, logger, metrics, keyRing, hasher, outbox }: AuthenticationParts): Provider[] {
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
