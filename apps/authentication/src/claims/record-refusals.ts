import { type RefusalReason, requestsRefused } from '@countersign/contracts';
import type { AskContext } from '@countersign/messaging';
import { Outbox, type Recording } from '@countersign/outbox';
import type { Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { FindApplications } from '../applications/find-applications.js';

/** So many requests of an application were refused for one reason. */
export interface RefusalCount {
  readonly applicationId: string;
  readonly reason: RefusalReason;
  readonly count: number;
  /** Of whoever sent them, where it is one. */
  readonly address?: string | undefined;
}

/** Writes sums of refused requests to the trail. */
@Injectable()
export class RecordRefusals {
  constructor(
    private readonly findApplications: FindApplications,
    private readonly outbox: Outbox,
  ) {}

  /** What nobody registered is left out. @returns what writes the rest, and answers how many sums that were */
  async prepare(
    refusals: readonly RefusalCount[],
    by: Pick<AskContext, 'actor' | 'via'>,
  ): Promise<(tx: Transaction) => Promise<number>> {
    const places = await this.findApplications.run(refusals.map(({ applicationId }) => applicationId));
    const recordings: Recording[] = refusals.flatMap(({ applicationId, reason, count, address }) => {
      const place = places.get(applicationId);
      if (place === undefined) return [];
      const fields = {
        realmId: place.realmId,
        realm: place.realm,
        actor: by.actor,
        via: { ...by.via, applicationId, ...(address !== undefined && { address }) },
        target: { kind: 'application', id: applicationId },
        outcome: 'refused' as const,
        reason,
        details: { reason, count },
      };
      return [{ event: requestsRefused, fields }];
    });
    return async (tx) => {
      await this.outbox.recordMany(tx, recordings);
      return recordings.length;
    };
  }
}
