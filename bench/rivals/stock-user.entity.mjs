import { EntitySchema } from 'typeorm';

/** A user as a stock service keeps it: a column each. */
export const user = new EntitySchema({
  name: 'User',
  tableName: 'users',
  columns: {
    id: { type: 'uuid', primary: true, generated: 'uuid' },
    username: { type: 'text', unique: true },
    email: { type: 'text' },
    phone: { type: 'text' },
    firstName: { type: 'text' },
    lastName: { type: 'text' },
    auxId: { type: 'text', nullable: true },
    status: { type: 'text' },
    realmId: { type: 'uuid' },
    passwordHash: { type: 'text' },
    createdAt: { type: 'timestamptz', createDate: true },
    updatedAt: { type: 'timestamptz', updateDate: true },
  },
});

/** What happened to a user, written in the transaction of the change. */
export const userEvent = new EntitySchema({
  name: 'UserEvent',
  tableName: 'user_events',
  columns: {
    id: { type: 'uuid', primary: true, generated: 'uuid' },
    type: { type: 'text' },
    userId: { type: 'uuid' },
    details: { type: 'jsonb' },
    occurredAt: { type: 'timestamptz', createDate: true },
  },
});
