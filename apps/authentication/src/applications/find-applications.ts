import { Injectable } from '@nestjs/common';
import type { ApplicationPlace } from './application.js';
import { ApplicationStore } from './application.store.js';

/** Where applications live, for every other part of this service; unknown ones are missing from the answer. */
@Injectable()
export class FindApplications {
  constructor(private readonly applications: ApplicationStore) {}

  async run(applicationIds: readonly string[]): Promise<ReadonlyMap<string, ApplicationPlace>> {
    const places = await this.applications.findPlaces([...new Set(applicationIds)]);
    return new Map(places.map((place) => [place.applicationId, place]));
  }
}
