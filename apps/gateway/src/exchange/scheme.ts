import type { Clock } from '@countersign/clock';
import type { ClaimVerdict, RefusalReason, ReplyOf, showCredential } from '@countersign/contracts';
import type { Messenger } from '@countersign/messaging';
import type { Answer, GeneralOutcome } from '../http/answer.js';
import type { FaultLog } from '../http/fault-log.js';
import type { GatewaySettings } from '../settings.js';
import type { Application } from './application.js';
import type { Arrival } from './arrival.js';

/**
 * A credential scheme: how an application proves that a request is its own, and how it can tell that an answer is
 * ours. The pipeline calls the methods in the order in which they stand here.
 */
export interface CredentialScheme<Settings = unknown> {
  /**
   * Reads from the head who says to have sent the request. An application of another realm than the path names is as
   * unknown as one that does not exist.
   */
  identify(arrival: Arrival): Promise<Identified<Settings>>;
}

export type Identified<Settings = unknown> =
  | { readonly credential: Credential<Settings>; readonly obstacle?: undefined }
  | { readonly obstacle: Obstacle; readonly credential?: undefined };

/** The credential of one request. An undefined obstacle lets the request go on. */
export interface Credential<Settings = unknown> {
  readonly applicationId: string;
  /** As last read; undefined once it turns out that the application is not known any more. */
  readonly application: Application<Settings> | undefined;
  /** Names the request for the services that it asks, so that a handler whose asker gave up still runs once. */
  readonly idempotencyKey: string;
  /**
   * By how much the clock of the databases is ahead of `monotonicMs`, at least, in milliseconds; known once the claim is
   * won, where its store tells it.
   */
  readonly storeLeadMs?: number | undefined;
  /** What can be refused before the body is read. */
  precheck(): Obstacle | undefined;
  /** Whether the application did send the request, with this body. */
  verify(): Promise<Obstacle | undefined>;
  /**
   * Spends the credential of the request, once (guarantee G1). `application` is what the claim found. Never rejects.
   * @param until when it must be decided, by `monotonicMs`
   */
  claim(until: number): Promise<Obstacle | undefined>;
  /** Marks an answer as ours, over exactly the bytes that leave (guarantee G6). `date` is that of the answer. */
  seal(headers: HeaderSink, body: string, date: string): void;
}

/** Why a request goes no further: something that any request can meet, or a credential that is not accepted. */
export type Obstacle = GeneralOutcome | Refusal;

export interface Refusal {
  /** For the metrics: one of a closed list of the scheme's. */
  readonly reason: string;
  readonly answer: Answer;
  /** For the trail; undefined if no application can be held to it. */
  readonly recordedAs: RefusalReason | undefined;
}

export interface HeaderSink {
  header(name: string, value: string): unknown;
}

/** What the gateway hands to a scheme. */
export interface SchemeParts<Settings = unknown> {
  readonly messenger: Pick<Messenger, 'ask'>;
  readonly clock: Clock;
  readonly settings: GatewaySettings;
  readonly faults: FaultLog;
  readonly metrics: ClaimMetrics;
  /** An application from what authentication tells of it. Called once for each read. */
  readonly applicationOf: (facts: ApplicationFacts) => Application<Settings>;
}

export interface ClaimMetrics {
  /** Takes each verdict of the store that claims are made at, and how long it took, milliseconds. */
  claimed(verdict: ClaimVerdict | 'unanswered', tookMs: number): void;
}

export type ApplicationFacts = Pick<
  ReplyOf<typeof showCredential>,
  'applicationId' | 'version' | 'realm' | 'profile' | 'permissions' | 'settings'
>;
