import { AddMember } from './add-member.js';
import { CreateGroup } from './create-group.js';
import { GroupHandlers } from './group.handlers.js';
import { GroupStore } from './group.store.js';

export const groupHandlers = Object.freeze([GroupHandlers]);
export const groupProviders = Object.freeze([GroupStore, CreateGroup, AddMember]);
