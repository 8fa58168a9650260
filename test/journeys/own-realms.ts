import {
  createApplication,
  createRealm,
  importUsers,
  type Permission,
  permissions,
  type RequestInput,
} from '@countersign/contracts';
import { demoUsers } from '../../apps/all-in-one/src/demo.js';
import { Application } from './application.js';
import { BusAskers } from './bus-askers.js';
import { RunningPlatform } from './platform.js';

/**
 * The realms of one spec file on the platform that all share. A realm sees nothing of another (guarantee G7), so that spec
 * files do not see what others do. The names are the file's own: a name that another file has taken fails.
 */
export class OwnRealms {
  private constructor(
    readonly platform: RunningPlatform,
    readonly askers: BusAskers,
  ) {}

  static async open(): Promise<OwnRealms> {
    const platform = await RunningPlatform.shared();
    return new OwnRealms(platform, new BusAskers(platform));
  }

  /** Makes a realm with the users and groups of the demo, who have no passwords here; the application may do everything. */
  async make(realm: string, profile: RequestInput<typeof createRealm>['profile'] = 'compat'): Promise<Application> {
    await this.askers.ask('operator', createRealm, { realm, profile });
    const users = demoUsers.map((user) => ({ ...user, groups: [...user.groups] }));
    const { outcomes } = await this.askers.ask('operator', importUsers, { realm, users, createGroups: true });
    const refused = outcomes.find(({ outcome }) => outcome !== 'created');
    if (refused !== undefined) throw new Error(`a user of ${realm} was ${refused.outcome}: ${refused.detail}`);
    return this.application(realm);
  }

  async application(realm: string, allowed: readonly Permission[] = permissions): Promise<Application> {
    const request = { realm, name: 'x', permissions: [...allowed] };
    const made = await this.askers.ask('operator', createApplication, request);
    return new Application({ baseUrl: this.platform.demo.baseUrl, ...made });
  }

  async close(): Promise<void> {
    await this.askers.close();
    await this.platform.endReplicas();
  }
}
