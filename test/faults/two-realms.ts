import { createHash } from 'node:crypto';
import { createRealm, importUsers, runningServices, showRealm } from '@countersign/contracts';
import type { Application } from '../journeys/application.js';
import type { BusAskers } from '../journeys/bus-askers.js';
import { OwnRealms } from '../journeys/own-realms.js';
import type { RunningPlatform } from '../journeys/platform.js';

export const password = 'correct horse battery';

/** A user and a group that exist in both realms under the same names, for one test each. */
export interface Twin {
  readonly userId: string;
  readonly group: string;
}

/** One of two realms that have everything in common but who is who. */
export interface RealmFacts {
  readonly realm: string;
  readonly realmId: string;
  readonly application: Application;
  /** By user id. */
  readonly ids: ReadonlyMap<string, string>;
}

const domain = 'CORP';
/** Tables whose rows come and go with any request. */
const passing = /claim|idempotency_record/;

/** Two realms that hold users and groups of the same names. */
export class TwoRealms {
  private lastTwin = 0;

  private constructor(
    private readonly realms: OwnRealms,
    /** Where the tests ask. */
    readonly here: RealmFacts,
    /** What must not notice. */
    readonly there: RealmFacts,
    private readonly twinCount: number,
    private readonly rowsSql: string,
  ) {}

  /** @param names of the realms: here and there */
  static async open([here, there]: readonly [string, string], twinCount: number): Promise<TwoRealms> {
    const realms = await OwnRealms.open();
    const facts = [await fill(realms, here, 'here', twinCount), await fill(realms, there, 'there', twinCount)] as const;
    return new TwoRealms(realms, ...facts, twinCount, await rowsSqlOf(realms.platform));
  }

  get askers(): BusAskers {
    return this.realms.askers;
  }

  /** One that no test has had yet. */
  twin(): Twin {
    this.lastTwin += 1;
    if (this.lastTwin > this.twinCount) throw new Error(`more than ${this.twinCount} twins are needed`);
    return twinOf(this.lastTwin);
  }

  /** Everything that the database holds of a realm. */
  async rowsOf({ realmId }: RealmFacts): Promise<readonly string[]> {
    const sql = this.rowsSql.replaceAll('$realm', realmId);
    return (await this.realms.platform.query<{ row: string }>(sql)).map(({ row }) => row).sort();
  }

  close(): Promise<void> {
    return this.realms.close();
  }
}

function twinOf(number: number): Twin {
  return { userId: `twin-${number}`, group: `group-${number}` };
}

async function fill(realms: OwnRealms, realm: string, place: string, twinCount: number): Promise<RealmFacts> {
  const { askers } = realms;
  await askers.ask('operator', createRealm, { realm });
  const ids = new Map<string, string>();
  const users = Array.from({ length: twinCount }, (_, index) => twinOf(index + 1)).flatMap(({ userId, group }) =>
    [userId, `${domain}\\${userId}`].map((name) => ({
      userId: name,
      name: { given: `${name} of ${place}` },
      pin: `pin of ${place}`,
      questions: { 1: { question: `question of ${place}`, answer: `answer of ${place}` } },
      groups: [group],
      passwordHash: saltedSha(password),
    })),
  );
  users.push({ ...users[0]!, userId: `only-${place}`, groups: [`group-of-${place}`] });
  for (let at = 0; at < users.length; at += 500) {
    const some = users.slice(at, at + 500);
    const { outcomes } = await askers.ask('operator', importUsers, { realm, users: some, createGroups: true });
    for (const [index, { outcome, id }] of outcomes.entries()) {
      if (outcome !== 'created' || id === undefined) throw new Error(`${some[index]?.userId} was ${outcome}`);
      ids.set(some[index]?.userId ?? '', id);
    }
  }
  const application = await realms.application(realm);
  const { realmId } = await askers.ask('operator', showRealm, { realm });
  return { realm, realmId, application, ids };
}

/** The statement that reads all rows of `$realm`, from whatever tables there are. */
async function rowsSqlOf(platform: RunningPlatform): Promise<string> {
  const columns = await platform.query<{ place: string; name: string; keys: string }>(
    `select format('%I.%I', table_schema, table_name) as place, table_name as name,
       string_agg(column_name, ',') as keys
     from information_schema.columns
     where table_schema in (${runningServices.map((service) => `'${service}'`).join()}) and column_name in ('realm_id', 'id')
     group by table_schema, table_name`,
  );
  const selects = columns
    .filter(({ name, keys }) => (keys.includes('realm_id') || name === 'realm') && !passing.test(name))
    .map(({ place, keys }) => {
      const key = keys.includes('realm_id') ? 'realm_id' : 'id';
      // an event is numbered after its change has been answered
      return `select '${place} ' || (to_jsonb(t) - 'sequence')::text as row from ${place} t where ${key} = '$realm'`;
    });
  return selects.join(' union all ');
}

function saltedSha(text: string): string {
  const salt = Buffer.from('salt');
  const digest = createHash('sha1').update(text).update(salt).digest();
  return `{SSHA}${Buffer.concat([digest, salt]).toString('base64')}`;
}
