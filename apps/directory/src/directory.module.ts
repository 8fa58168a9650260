import type { PasswordHasher } from '@countersign/hashing';
import { type Bus, MessagingModule } from '@countersign/messaging';
import type { Logger, Metrics } from '@countersign/observability';
import { Outbox } from '@countersign/outbox';
import { answersSealedWith, PersistenceModule } from '@countersign/persistence';
import type { KeyRingSource } from '@countersign/settings';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { entities } from './entities.js';
import { EventHandlers } from './events/event.handlers.js';
import { groupHandlers, groupProviders } from './groups/groups.js';
import { keyRingHandlers, keyRingProviders } from './key-ring/key-ring.js';
import { ReSealInterval } from './key-ring/watch-key-ring.js';
import { LOGGER } from './logger.token.js';
import { realmHandlers, realmProviders } from './realms/realms.js';
import type { DirectorySettings } from './settings.js';
import { ProfileBatching } from './users/profile.store.js';
import { UserSecretKeeper } from './users/user-secret-keeper.js';
import { userHandlers, userProviders } from './users/users.js';

/** What the service has opened before its module is made, and closes after it. */
export interface DirectoryParts {
  readonly settings: DirectorySettings;
  readonly bus: Bus;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly keyRing: KeyRingSource;
  readonly hasher: PasswordHasher;
  readonly outbox: Outbox;
}

@Module({})
export class DirectoryModule {
  static forRoot(parts: DirectoryParts): DynamicModule {
    const { settings, bus, logger, metrics } = parts;
    return {
      module: DirectoryModule,
      imports: [
        MessagingModule.forRoot({ bus, metrics }),
        PersistenceModule.forRoot({
          url: settings.DATABASE_URL.reveal(),
          schema: 'directory',
          entities,
          poolSize: settings.DATABASE_POOL_SIZE,
          statementTimeoutMs: settings.DATABASE_STATEMENT_TIMEOUT_MS,
          answerSeal: answersSealedWith(parts.keyRing),
          logger,
          metrics,
        }),
      ],
      controllers: [...realmHandlers, ...userHandlers, ...groupHandlers, ...keyRingHandlers, EventHandlers],
      providers: [...openedParts(parts), ...realmProviders, ...userProviders, ...groupProviders, ...keyRingProviders],
    };
  }
}

function openedParts({ settings, logger, keyRing, hasher, outbox }: DirectoryParts): Provider[] {
  const batching = new ProfileBatching(settings.DIRECTORY_READ_BATCH_ITEMS, settings.DIRECTORY_READ_CONCURRENCY);
  return [
    { provide: LOGGER, useValue: logger },
    { provide: Outbox, useValue: outbox },
    { provide: ProfileBatching, useValue: batching },
    { provide: UserSecretKeeper, useValue: new UserSecretKeeper(keyRing, hasher) },
    { provide: ReSealInterval, useValue: new ReSealInterval(settings.DIRECTORY_RESEAL_INTERVAL_SECONDS) },
  ];
}
