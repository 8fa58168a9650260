import { type HostedParts, LOGGER } from '@countersign/hosting';
import { Outbox } from '@countersign/outbox';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { EventHandlers } from './events/event.handlers.js';
import { exportHandlers, exportProviders } from './exports/exports.js';
import { groupHandlers, groupProviders } from './groups/groups.js';
import { importHandlers, importProviders } from './imports/imports.js';
import { keyRingHandlers, keyRingProviders } from './key-ring/key-ring.js';
import { realmHandlers, realmProviders } from './realms/realms.js';
import type { DirectorySettings } from './settings.js';
import { ProfileBatching } from './users/profile.store.js';
import { UpdateBatching } from './users/update-user.js';
import { UserSecretKeeper } from './users/user-secret-keeper.js';
import { userHandlers, userProviders } from './users/users.js';

@Module({})
export class DirectoryModule {
  static with(settings: DirectorySettings, parts: HostedParts): DynamicModule {
    return {
      module: DirectoryModule,
      imports: [...parts.imports],
      controllers: [
        ...realmHandlers,
        ...userHandlers,
        ...groupHandlers,
        ...importHandlers,
        ...exportHandlers,
        ...keyRingHandlers,
        EventHandlers,
      ],
      providers: [
        ...openedParts(settings, parts),
        ...realmProviders,
        ...userProviders,
        ...groupProviders,
        ...importProviders,
        ...exportProviders,
        ...keyRingProviders,
      ],
    };
  }
}

function openedParts(settings: DirectorySettings, { logger, keyRing, hasher, outbox }: HostedParts): Provider[] {
  const batching = new ProfileBatching(settings.DIRECTORY_READ_BATCH_ITEMS, settings.DIRECTORY_READ_CONCURRENCY);
  const updateBatching = new UpdateBatching(settings.DIRECTORY_WRITE_BATCH_ITEMS, settings.DIRECTORY_WRITE_CONCURRENCY);
  return [
    { provide: LOGGER, useValue: logger },
    { provide: Outbox, useValue: outbox },
    { provide: ProfileBatching, useValue: batching },
    { provide: UpdateBatching, useValue: updateBatching },
    { provide: UserSecretKeeper, useValue: new UserSecretKeeper(keyRing, hasher) },
  ];
}
