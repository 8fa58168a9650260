import type { Randomness } from '@countersign/clock';
import {
  addMembers,
  createApplication,
  createGroup,
  createRealm,
  Problem,
  type ProblemCode,
  permissions,
  registerUser,
  resetPassword,
  showApplication,
  type UserChangesInput,
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
const damaged = 'put it back, or remove it, and the next start makes another demo application';
const groups = ['SharePoint Visitors', 'SharePoint Developers', 'Administrators'];

interface DemoUser extends UserChangesInput {
  readonly userId: string;
  readonly groups: readonly string[];
}

const administrator: DemoUser = {
  userId: 'administrator',
  groups: ['Administrators'],
  name: { given: 'Ada', family: 'Ministrator' },
  emails: [{ position: 1, value: 'administrator@example.com', kind: 'work' }],
};

const users: readonly DemoUser[] = [
  {
    userId: 'jdoe',
    groups: ['SharePoint Visitors', 'SharePoint Developers'],
    name: { given: 'John', family: 'Doe' },
    phones: [
      { position: 1, value: '+12025550143', kind: 'mobile' },
      { position: 2, value: '+12025550144', kind: 'work' },
    ],
    emails: [
      { position: 1, value: 'jdoe@example.com', kind: 'work' },
      { position: 2, value: 'john.doe@example.org', kind: 'home' },
    ],
    pin: '1234',
    attributes: { custom1: '123 Anywhere Drive' },
    questions: {
      1: { question: 'What is your favorite color?', answer: 'red' },
      help_desk: { question: 'What city were you born in?', answer: 'Alexandria' },
    },
  },
  {
    userId: 'jsmith',
    groups: ['SharePoint Visitors'],
    name: { given: 'Jane', family: 'Smith' },
    phones: [{ position: 1, value: '+12025550145', kind: 'mobile' }],
    emails: [{ position: 1, value: 'jsmith@example.com', kind: 'work' }],
  },
  {
    userId: 'zoë',
    groups: [],
    name: { given: 'Zoë', family: 'Ångström' },
    emails: [{ position: 1, value: 'zoe@example.com', kind: 'work' }],
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
    const known = readJsonFile(this.folder.demo, demoFile, damaged);
    const demo = known !== undefined && (await this.isKnown(known.applicationId)) ? known : await this.seed(addresses);
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
    const { groups: _, userId, ...values } = user;
    const made = await this.unless('user.exists', () =>
      this.messenger.ask(registerUser, { realm, userId, password, ...values }, this.asked()),
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
