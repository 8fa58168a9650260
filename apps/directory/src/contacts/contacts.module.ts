import { Module } from '@nestjs/common';
import { AddressStore } from './address.store.js';
import { ContactStore } from './contact.store.js';
import { UserContacts } from './user-contacts.js';

@Module({ providers: [ContactStore, AddressStore, UserContacts], exports: [UserContacts] })
export class ContactsModule {}
