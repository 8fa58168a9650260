import { type RefusalReason, requestsRefused } from '@countersign/contracts';
import type { AskContext } from '@countersign/messaging';
import { Outbox, type Recording } from '@countersign/outbox';
import type { Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { Applications } from '../applications/applications.js';

/** So many requests of an application were refused for one reason. */
export interface RefusalCount {
  readonly applicationId: string;
  readonly reason: RefusalReason;
  readonly count: number;
  /** Of the sender, where all came from one. */
  readonly address?: string | undefined;
}

/** Writes sums of refused requests to the trail. */
@Injectable()
export class RecordRefusals {
  constructor(
    private readonly applications: Applications,
    private readonly outbox: Outbox,
  ) {}

  /** Sums of applications that are not registered are left out. @returns what writes the rest, and answers their number */
  async prepare(
    refusals: readonly RefusalCount[],
    by: Pick<AskContext, 'actor' | 'via'>,
  ): Promise<(tx: Transaction) => Promise<number>> {
    const places = await this.applications.find(refusals.map(({ applicationId }) => applicationId));
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
