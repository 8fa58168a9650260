import { monotonicMs } from '@countersign/clock';
import { Problem, type ReplyOf, showCredential } from '@countersign/contracts';
import type { Messenger } from '@countersign/messaging';
import { newAskContext } from '@countersign/messaging';
import { type ApplicationKey, applicationKey, type Tolerances } from '@countersign/signing';
import type { Application } from '../../exchange/application.js';
import type { ApplicationFacts } from '../../exchange/scheme.js';
import { Rechecks } from './rechecks.js';

/** An application with one version of its keys. */
export interface SigningApplication<Settings = unknown> extends Application<Settings> {
  readonly version: number;
  /** Live keys, newest first. */
  readonly keys: readonly KeyVersion[];
  readonly tolerances: Tolerances;
}

export interface KeyVersion {
  readonly keyVersion: number;
  readonly key: ApplicationKey;
}

export interface ApplicationKeysOptions<Settings> {
  /** Applications kept in memory; the one unused for longest goes first. */
  readonly size: number;
  /** Called once for each read of an application. */
  readonly applicationOf: (facts: ApplicationFacts) => Application<Settings>;
  readonly tolerancesOf: (settings: Settings) => Tolerances;
  /** Ids known not to exist that are remembered, and for how long, milliseconds. */
  readonly absentSize?: number;
  readonly absentForMs?: number;
  /** Reads under way at once; past it further ones fail with `bus.overloaded`. */
  readonly readLimit?: number;
}

/**
 * The keys of applications, read once and kept. A copy never has to be fresh: every request that it verifies is
 * claimed under its version, and a stale one loses (guarantee G1). A flood of unknown ids is a few messages: an id that
 * does not exist is remembered for a moment, equal reads share one message, and the number of reads is bounded.
 */
export class ApplicationKeys<Settings> {
  private readonly known = new Map<string, SigningApplication<Settings>>();
  private readonly absentUntil = new Map<string, number>();
  private readonly readings = new Map<string, Reading<Settings>>();
  private readonly rechecks: Rechecks<SigningApplication<Settings> | undefined>;
  private readonly absentSize: number;
  private readonly absentForMs: number;
  private readonly readLimit: number;

  constructor(
    private readonly messenger: Pick<Messenger, 'ask'>,
    private readonly options: ApplicationKeysOptions<Settings>,
  ) {
    this.absentSize = options.absentSize ?? 10_000;
    this.absentForMs = options.absentForMs ?? 2_000;
    this.readLimit = options.readLimit ?? 256;
    this.rechecks = new Rechecks(
      (id) => this.startRead(id, this.known.get(id)?.version ?? 0),
      RECHECK_MS,
      this.readLimit,
    );
  }

  /** The copy in memory, if any. */
  cached(applicationId: string): SigningApplication<Settings> | undefined {
    const application = this.known.get(applicationId);
    // Which was used last matters only once there are so many that one will have to go.
    if (application === undefined || this.known.size <= this.options.size / 2) return application;
    this.known.delete(applicationId);
    this.known.set(applicationId, application);
    return application;
  }

  /**
   * The application, from memory or from authentication; undefined if there is none or it is disabled.
   * @throws Problem if that cannot be found out
   */
  async find(applicationId: string): Promise<SigningApplication<Settings> | undefined> {
    const application = this.cached(applicationId);
    if (application !== undefined) return application;
    const absentUntil = this.absentUntil.get(applicationId);
    if (absentUntil !== undefined && absentUntil > monotonicMs()) return undefined;
    return this.read(applicationId, 0);
  }

  /** What replaces a copy of `staleVersion` that lost its claim. @throws Problem if that cannot be found out */
  async newerThan(applicationId: string, staleVersion: number): Promise<SigningApplication<Settings> | undefined> {
    const application = this.known.get(applicationId);
    if (application !== undefined && application.version > staleVersion) return application;
    this.known.delete(applicationId);
    return this.read(applicationId, staleVersion);
  }

  /**
   * The application as it is from now on, for a signature that holds under no key of the copy: it may be of a newer
   * key. Anybody can cause this with a made-up signature, so reads are few (see `Rechecks`); past that the copy stands.
   * @throws Problem if it cannot be found out
   */
  async recheck(application: SigningApplication<Settings>): Promise<SigningApplication<Settings> | undefined> {
    const newer = this.rechecks.ask(application.applicationId);
    return newer === undefined ? application : newer;
  }

  /** Joins a read that began after `staleVersion` was known to be stale; an earlier one may answer just that. */
  private read(applicationId: string, staleVersion: number): Promise<SigningApplication<Settings> | undefined> {
    const under = this.readings.get(applicationId);
    if (under !== undefined && under.staleVersion >= staleVersion) return under.application;
    return this.startRead(applicationId, staleVersion);
  }

  private startRead(applicationId: string, staleVersion: number): Promise<SigningApplication<Settings> | undefined> {
    if (this.readings.size >= this.readLimit) {
      return Promise.reject(new Problem('bus.overloaded', 'too many applications are being looked up', 1));
    }
    const reading: Reading<Settings> = { staleVersion, application: this.ask(applicationId) };
    this.readings.set(applicationId, reading);
    const end = () => {
      if (this.readings.get(applicationId) === reading) this.readings.delete(applicationId);
    };
    reading.application.then(end, end);
    return reading.application;
  }

  private async ask(applicationId: string): Promise<SigningApplication<Settings> | undefined> {
    try {
      const credential = await this.messenger.ask(showCredential, { applicationId }, newAskContext());
      return this.keep(this.applicationFrom(credential));
    } catch (error) {
      if (!(error instanceof Problem) || !isAbsence(error)) throw error;
      this.known.delete(applicationId);
      this.rememberAbsent(applicationId);
      return undefined;
    }
  }

  /** A slow read never overwrites the newer copy of a later one. */
  private keep(application: SigningApplication<Settings>): SigningApplication<Settings> {
    const { applicationId } = application;
    const present = this.known.get(applicationId);
    if (present !== undefined && present.version > application.version) return present;
    this.absentUntil.delete(applicationId);
    this.known.delete(applicationId);
    this.known.set(applicationId, application);
    evict(this.known, this.options.size);
    return application;
  }

  private applicationFrom(credential: ReplyOf<typeof showCredential>): SigningApplication<Settings> {
    const application = this.options.applicationOf(credential);
    const keys = credential.keys.toSorted((a, b) => b.keyVersion - a.keyVersion);
    return {
      ...application,
      version: credential.version,
      keys: keys.map(({ keyVersion, key }) => ({ keyVersion, key: applicationKey(key) })),
      // What the realm wrote did not fit, so what it wanted is not known: nothing is let pass.
      tolerances: application.isMisconfigured ? noTolerances : this.options.tolerancesOf(application.settings),
    };
  }

  private rememberAbsent(applicationId: string): void {
    this.absentUntil.delete(applicationId);
    this.absentUntil.set(applicationId, monotonicMs() + this.absentForMs);
    evict(this.absentUntil, this.absentSize);
  }
}

const RECHECK_MS = 250;
const noTolerances: Tolerances = Object.freeze({ decodedPath: false, latin1Body: false });

interface Reading<Settings> {
  readonly staleVersion: number;
  readonly application: Promise<SigningApplication<Settings> | undefined>;
}

function isAbsence({ code }: Problem): boolean {
  return code === 'application.unknown' || code === 'application.disabled';
}

/** Drops the entries that were put in first. */
function evict(map: Map<string, unknown>, size: number): void {
  for (const oldest of map.keys()) {
    if (map.size <= size) return;
    map.delete(oldest);
  }
}
