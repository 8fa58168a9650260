import { Module } from '@nestjs/common';
import { AliasStore } from './alias.store.js';
import { NameLock } from './name-lock.js';
import { UserNames } from './user-names.js';

@Module({ providers: [NameLock, AliasStore, UserNames], exports: [NameLock, UserNames] })
export class NamesModule {}
