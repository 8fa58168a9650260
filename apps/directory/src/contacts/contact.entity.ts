import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A mail address or a phone of a user. What is shown of it stands on the user's row too: see `ChangeContacts`. */
@Entity('contact')
export class ContactEntity {
  @PrimaryColumn('uuid') readonly id: string;
  @Column('uuid') readonly userUuid: string;
  @Column('uuid') readonly realmId: string;
  @Column('text') readonly channel: 'email' | 'phone';
  /** From 1, among those of the channel. */
  @Column('smallint') readonly position: number;
  @Column('text') readonly value: string;
  /** As compared. */
  @Column('text') readonly valueKey: string;
  @Column('text') readonly kind: string;
  @Column('text', { nullable: true }) readonly label: string | null;
  @Column('text', { nullable: true }) readonly extension: string | null;
  @Column('jsonb', { nullable: true }) readonly details: Readonly<Record<string, string>> | null;
  @Column('timestamptz', { nullable: true }) readonly verifiedAt: Date | null;
  @Column('timestamptz') readonly addedAt: Date;
}
