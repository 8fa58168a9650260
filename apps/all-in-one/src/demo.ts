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

/** What a newcomer has to be told of the demo. */
export interface DemoState {
  /** Why another application was made, and the demo users were given new passwords. */
  readonly lost?: string;
  /** The id of the demo application while it is disabled. */
  readonly disabledApplication?: string | undefined;
}

export type DemoAddresses = Pick<Demo, 'baseUrl' | 'natsUrl' | 'databaseUrl'>;

const realm = 'demo';
const damaged = 'put it back, or remove it, and the next start makes another demo application';
const groups = ['SharePoint Visitors', 'SharePoint Developers', 'Administrators'];

interface DemoUser extends UserChangesInput {
  readonly userId: string;
  readonly groups: readonly string[];
}

/** The administrator first. */
export const demoUsers: readonly DemoUser[] = [
  {
    userId: 'administrator',
    groups: ['Administrators'],
    name: { given: 'Ada', family: 'Ministrator' },
    emails: [{ position: 1, value: 'administrator@example.com', kind: 'work' }],
  },
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

  /** Brings the demo realm and `demo.json` up to date, and makes what is not there. */
  async ensure(addresses: DemoAddresses): Promise<DemoState> {
    const known = readJsonFile(this.folder.demo, demoFile, damaged);
    const view = known && (await this.find(known.applicationId));
    const isRealmNew = view === undefined && (await this.makeRealm());
    const demo = known === undefined || view === undefined ? await this.seed(addresses) : known;
    const current: Demo = { ...demo, ...addresses };
    writePrivateFile(this.folder.demo, `${JSON.stringify(current, null, 2)}\n`);
    if (view !== undefined) return { disabledApplication: view.isDisabled ? view.applicationId : undefined };
    if (known !== undefined) return { lost: `application ${known.applicationId} of demo.json does not exist any more` };
    return isRealmNew ? {} : { lost: 'demo.json was missing' };
  }

  private find(applicationId: string) {
    return this.unless('application.unknown', () =>
      this.messenger.ask(showApplication, { applicationId }, this.asked()),
    );
  }

  /** @returns whether the realm was made now */
  private async makeRealm(): Promise<boolean> {
    const request = { realm, profile: 'compat' } as const;
    return (
      (await this.unless('realm.exists', () => this.messenger.ask(createRealm, request, this.asked()))) !== undefined
    );
  }

  /** The application, the groups and the users, whose passwords are new. */
  private async seed(addresses: DemoAddresses): Promise<Demo> {
    for (const group of groups) {
      await this.unless('group.exists', () => this.messenger.ask(createGroup, { realm, group }, this.asked()));
    }
    const people = [];
    for (const user of demoUsers) people.push(await this.seedUser(user));
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
