import { type Randomness, systemRandomness } from '@countersign/clock';
import type { Transaction } from '@countersign/persistence';
import { Sealer } from '@countersign/sealed-rows';
import { Injectable } from '@nestjs/common';
import { ApplicationKeyStore, applicationKeys } from './application-key.store.js';

/** 256 bits, the strength of HMAC-SHA256 (RFC 2104 section 3: no shorter than the digest). */
const keyBytes = 32;

/** Names an issued key, without its secret. */
export interface IssuedKey {
  readonly applicationId: string;
  readonly keyVersion: number;
}

/**
 * Makes application keys and shows a new one to its requester. The idempotency record of the request names the key and
 * does not hold it: a repeated request opens and shows the same key.
 */
@Injectable()
export class IssueKey {
  private readonly randomness: Randomness = systemRandomness;

  constructor(
    private readonly keys: ApplicationKeyStore,
    private readonly sealer: Sealer,
  ) {}

  /** Makes the next key of an application whose row is locked or new. */
  async issue(tx: Transaction, applicationId: string): Promise<IssuedKey> {
    const keyVersion = await this.keys.nextVersion(tx, applicationId);
    const key = this.randomness.bytes(keyBytes);
    await this.keys.insert(
      tx,
      applicationId,
      keyVersion,
      this.sealer.seal(applicationKeys.at(applicationId, keyVersion), key),
    );
    return { applicationId, keyVersion };
  }

  /** The key in hex. */
  async reveal({ applicationId, keyVersion }: IssuedKey): Promise<string> {
    const sealed = await this.keys.findSealed(applicationId, keyVersion);
    if (sealed === undefined) throw new Error(`application ${applicationId} has no key ${keyVersion}`);
    return this.sealer.open(applicationKeys.at(applicationId, keyVersion), sealed).toString('hex');
  }
}
