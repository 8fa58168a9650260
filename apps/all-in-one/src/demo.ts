import type { Randomness } from '@countersign/clock';
import {
  addMembers,
  createApplication,
  createGroup,
  createRealm,
  isPropertyKey,
  Problem,
  type ProblemCode,
  permissions,
  registerUser,
  resetPassword,
  showApplication,
} from '@countersign/contracts';
import { writePrivateFile } from '@countersign/files';
import { type Messenger, newAskContext } from '@countersign/messaging';
import { z } from 'zod';
import { type DataFolder, readJsonFile } from './data-folder.js';

const credentials = z.object({ userId: z.string(), password: z.string() });
const demoFile = z.object({
  baseUrl: z.string(),
  realm: z.string(),
  applicationId: z.string(),
  applicationKey: z.string(),
  natsUrl: z.string(),
  databaseUrl: z.string(),
  administrator: credentials,
  users: z.array(credentials),
});
/** What `demo.json` holds: everything a newcomer needs for a first signed request. */
export type Demo = z.output<typeof demoFile>;

export type DemoAddresses = Pick<Demo, 'baseUrl' | 'natsUrl' | 'databaseUrl'>;

const realm = 'demo';
const groups = ['SharePoint Visitors', 'SharePoint Developers', 'Administrators'];

interface DemoUser {
  readonly userId: string;
  readonly groups: readonly string[];
  readonly properties: Readonly<Record<string, string>>;
  readonly knowledgeBase: Readonly<Record<string, { question: string; answer: string }>>;
}

const administrator: DemoUser = {
  userId: 'administrator',
  groups: ['Administrators'],
  properties: { firstName: 'Ada', lastName: 'Ministrator', email1: 'administrator@example.com' },
  knowledgeBase: {},
};

const users: readonly DemoUser[] = [
  {
    userId: 'jdoe',
    groups: ['SharePoint Visitors', 'SharePoint Developers'],
    properties: {
      firstName: 'John',
      lastName: 'Doe',
      phone1: '+12025550143',
      phone2: '+12025550144',
      email1: 'jdoe@example.com',
      email2: 'john.doe@example.org',
      pinHash: '1234',
      auxId1: '123 Anywhere Drive',
    },
    knowledgeBase: {
      kbq1: { question: 'What is your favorite color?', answer: 'red' },
      helpDeskKb: { question: 'What city were you born in?', answer: 'Alexandria' },
    },
  },
  {
    userId: 'jsmith',
    groups: ['SharePoint Visitors'],
    properties: { firstName: 'Jane', lastName: 'Smith', phone1: '+12025550145', email1: 'jsmith@example.com' },
    knowledgeBase: {},
  },
  {
    userId: 'zoë',
    groups: [],
    properties: { firstName: 'Zoë', lastName: 'Ångström', email1: 'zoe@example.com' },
    knowledgeBase: {},
  },
];

/** Seeds the demo realm over the bus, as an operator would; what an interrupted start left half done is finished. */
export class DemoSeed {
  constructor(
    private readonly messenger: Messenger,
    private readonly folder: DataFolder,
    private readonly randomness: Randomness,
  ) {}

  /** The demo as it stands, seeded now if it is not there yet; addresses are brought up to date either way. */
  async ensure(addresses: DemoAddresses): Promise<Demo> {
    const known = demoFile.safeParse(readJsonFile(this.folder.demo));
    const demo =
      known.success && (await this.isKnown(known.data.applicationId)) ? known.data : await this.seed(addresses);
    const current: Demo = { ...demo, ...addresses };
    writePrivateFile(this.folder.demo, `${JSON.stringify(current, null, 2)}\n`);
    return current;
  }

  private async isKnown(applicationId: string): Promise<boolean> {
    const view = await this.unless('application.unknown', () =>
      this.messenger.ask(showApplication, { applicationId }, this.asked()),
    );
    return view !== undefined;
  }

  private async seed(addresses: DemoAddresses): Promise<Demo> {
    await this.unless('realm.exists', () =>
      this.messenger.ask(createRealm, { realm, profile: 'compat' }, this.asked()),
    );
    for (const group of groups) {
      await this.unless('group.exists', () => this.messenger.ask(createGroup, { realm, group }, this.asked()));
    }
    const people = [];
    for (const user of [administrator, ...users]) people.push(await this.seedUser(user));
    const [first, ...rest] = people;
    if (first === undefined) throw new Error('the demo has no administrator');
    const request = { realm, name: 'demo', permissions: [...permissions] };
    const application = await this.messenger.ask(createApplication, request, this.asked());
    return { ...addresses, realm, ...application, administrator: first, users: rest };
  }

  private async seedUser(user: DemoUser): Promise<{ userId: string; password: string }> {
    const password = this.randomness.bytes(15).toString('base64url');
    const { userId, properties, knowledgeBase } = user;
    if (!Object.keys(properties).every(isPropertyKey)) throw new Error(`demo user ${userId} has an unknown property`);
    const made = await this.unless('user.exists', () =>
      this.messenger.ask(registerUser, { realm, userId, password, properties, knowledgeBase }, this.asked()),
    );
    if (made === undefined) await this.messenger.ask(resetPassword, { realm, userId, password }, this.asked());
    if (user.groups.length > 0) await this.seedMemberships(userId, [...user.groups]);
    return { userId, password };
  }

  private async seedMemberships(userId: string, groups: string[]): Promise<void> {
    const { failed } = await this.messenger.ask(addMembers, { realm, userIds: [userId], groups }, this.asked());
    const [first] = failed;
    if (first !== undefined) throw new Problem(first.problem, `demo user ${userId}, group ${groups[first.groupIndex]}`);
  }

  /** The answer, or `undefined` when it was refused with `code`. */
  private async unless<T>(code: ProblemCode, ask: () => Promise<T>): Promise<T | undefined> {
    try {
      return await ask();
    } catch (fault) {
      if (fault instanceof Problem && fault.code === code) return undefined;
      throw fault;
    }
  }

  private asked() {
    return newAskContext({ actor: { kind: 'operator', id: 'npm start' } });
  }
}
