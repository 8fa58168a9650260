import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** What the directory has to know of a realm; authentication owns it and tells us. */
@Entity({ name: 'realm' })
@Unique(['name'])
export class RealmEntity {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @Column({ type: 'text' })
  name: string;

  @Column({ type: 'text' })
  profile: string;

  @Column({ type: 'jsonb' })
  settings: Record<string, unknown>;

  /** Of the settings above; authentication's count. */
  @Column({ type: 'integer', default: 1 })
  settingsVersion: number;

  /** Folded names of the groups of which a user must have one. */
  @Column({ type: 'text', array: true, default: () => "'{}'" })
  requiredGroupKeys: string[];

  /** Display names of `ExtPropertyN`, by key; a key without one shows itself. */
  @Column({ type: 'jsonb', default: () => "'{}'" })
  extendedPropertyNames: Record<string, string>;

  @Column({ type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;

  @Column({ type: 'timestamptz', default: () => 'now()' })
  updatedAt: Date;
}
