import type { EventEnvelope } from '@countersign/contracts';
import { envelopeOf, type NumberedRow, numberedAfter } from './outbox-envelope.js';
import type { Mark } from './publish-marks.js';
import type { RelaySession } from './relay-session.js';
import type { StreamSequences } from './stream-rewind.js';

/** How far a service's events are published. */
export interface Position {
  readonly source: string;
  readonly publishedSequence: number;
  readonly streamSequences: StreamSequences;
  readonly marks: readonly Mark[];
}

/** What waits: rows not published yet, and how long the oldest of them has been waiting. */
export interface Backlog {
  readonly rows: number;
  readonly seconds: number;
}

/** Events of one page. */
const batchSize = 256;

/** The outbox as its relay sees it. */
export class OutboxLog {
  constructor(private readonly session: RelaySession) {}

  async position(): Promise<Position> {
    const [head] = await this.session.query<{
      source: string;
      published_sequence: string;
      stream_sequences: StreamSequences;
      marks: readonly Mark[];
    }>('select source, published_sequence, stream_sequences, marks from outbox_head where is_only');
    if (head === undefined) throw new Error('outbox_head has no row');
    return {
      source: head.source,
      publishedSequence: Number(head.published_sequence),
      streamSequences: head.stream_sequences,
      marks: head.marks,
    };
  }

  /** Numbers some of what waits (`outbox-guard-sql.ts`); false when nothing did. */
  async number(): Promise<boolean> {
    const [row] = await this.session.query<{ count: number }>({
      name: 'outbox.number',
      text: 'select number_events() as count',
    });
    return row !== undefined && row.count > 0;
  }

  async after(source: string, sequence: number): Promise<EventEnvelope[]> {
    const rows = await this.session.query<NumberedRow>(numberedAfter, [sequence, batchSize]);
    return rows.map((row) => envelopeOf(source, row));
  }

  async advance(position: Position): Promise<void> {
    await this.session.query(
      {
        name: 'outbox_head.advance',
        text: 'update outbox_head set published_sequence = $1, stream_sequences = $2, marks = $3 where is_only',
      },
      [position.publishedSequence, JSON.stringify(position.streamSequences), JSON.stringify(position.marks)],
    );
  }

  /** Milliseconds since the epoch, by the database's clock: marks outlive the machine that wrote them. */
  async nowMs(): Promise<number> {
    const [row] = await this.session.query<{ now_ms: number }>(
      'select (extract(epoch from clock_timestamp()) * 1000)::float8 as now_ms',
    );
    return row?.now_ms ?? 0;
  }

  /** The sequence below everything of the last so many days: what a wiped stream has to be given again. */
  async sequenceBefore(days: number): Promise<number> {
    const [row] = await this.session.query<{ sequence: string }>(
      `select sequence from outbox where sequence is not null and occurred_at < now() - make_interval(days => $1)
       order by sequence desc limit 1`,
      [days],
    );
    return Number(row?.sequence ?? 0);
  }

  async backlog(): Promise<Backlog> {
    const [row] = await this.session.query<{ rows: number; seconds: number | null }>(
      `select ((select count(*) from outbox where sequence is null) + last_sequence - published_sequence)::float8 as rows,
         extract(epoch from now() - least(
           (select occurred_at from outbox where sequence is null order by id limit 1),
           (select occurred_at from outbox where sequence > published_sequence order by sequence limit 1)))::float8 as seconds
       from outbox_head where is_only`,
    );
    return { rows: row?.rows ?? 0, seconds: Math.max(0, row?.seconds ?? 0) };
  }
}
