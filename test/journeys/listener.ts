import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runningServices } from '@countersign/contracts';
import { eventPositionSql } from '@countersign/outbox';
import { eventually, type OtherProcess, startOtherProcess } from '@countersign/testing';
import pg from 'pg';
import type { Platform } from './platform.js';

/** An event as the listener applied it, in the order in which it did. */
export interface Heard {
  readonly event_id: string;
  readonly source: string;
  readonly sequence: number;
  readonly event: {
    readonly type: string;
    readonly target: { readonly id: string };
    readonly details: { readonly set?: readonly string[] };
    readonly personal?: { readonly userId: string };
  };
}

const schema = 'listener';
/** How many events there are by now, numbered or not yet: numbers have no gaps. */
const recorded = runningServices
  .map((source) => `select '${source}' as source, count(*)::float8 as last from ${source}.outbox`)
  .join(' union all ');
const program = pathToFileURL(join(import.meta.dirname, 'event-listener.mjs')).href;

/** Another internal service that listens to the platform, in a process of its own that can be killed. */
export class Listener {
  private process: OtherProcess | undefined;

  private constructor(
    private readonly platform: Platform,
    /** Its own database, which no other role may enter. */
    private readonly databaseUrl: string,
  ) {}

  /** Makes its database, then starts it. */
  static async start(platform: Platform): Promise<Listener> {
    const url = new URL(platform.demo.databaseUrl);
    await administer(url.href, ['create role listener login password $$listener$$', 'create database listener']);
    url.pathname = '/listener';
    await administer(url.href, [
      `create schema ${schema}`,
      `grant usage on schema ${schema} to listener`,
      ...eventPositionSql(schema, 'listener').up,
      `create table ${schema}.heard (place bigserial, event_id uuid, source text, sequence integer, event jsonb)`,
      `grant insert on ${schema}.heard to listener`,
      `grant usage on sequence ${schema}.heard_place_seq to listener`,
    ]);
    url.username = 'listener';
    url.password = 'listener';
    const listener = new Listener(platform, url.href);
    await listener.run();
    return listener;
  }

  /** kill -9, then the next one. */
  async killAndRun(): Promise<void> {
    await this.kill();
    await this.run();
  }

  async kill(): Promise<void> {
    await this.process?.kill();
  }

  /** Resolves when it has applied all that each source has recorded by now. */
  async catchesUp(): Promise<void> {
    const wanted = await eventually(() => this.platform.query<{ source: string; last: number }>(recorded), {
      deadlineMs: 60_000,
      everyMs: 100,
    });
    await eventually(
      async () => {
        const reached = await this.platform.query<{ source: string; sequence: number }>(
          `select source, sequence::float8 from ${schema}.event_position`,
          'listener',
        );
        for (const { source, last } of wanted) {
          const at = reached.find((position) => position.source === source)?.sequence ?? 0;
          if (at < last) throw new Error(`listener has applied ${at} of ${last} events of ${source}`);
        }
      },
      { deadlineMs: 60_000, everyMs: 100 },
    );
  }

  heard(): Promise<Heard[]> {
    return this.platform.query<Heard>(
      `select event_id, source, sequence, event from ${schema}.heard order by place`,
      'listener',
    );
  }

  private async run(): Promise<void> {
    const natsUrl = this.platform.environmentOf('listener')['NATS_URL'];
    const options = JSON.stringify({ natsUrl, databaseUrl: this.databaseUrl, schema });
    this.process = startOtherProcess(`import { listen } from '${program}'; await listen(${options});`);
    await this.process.next();
  }
}

async function administer(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
