import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How far a feed has come with the events of a source. */
@Entity('event_position')
export class EventPosition {
  @PrimaryColumn('text')
  readonly feed: string;

  @PrimaryColumn('text')
  readonly source: string;

  @Column('bigint')
  readonly sequence: string;
}
