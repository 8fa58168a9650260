import {
  busSettings,
  commaList,
  defineSettings,
  type SettingsOf,
  serviceSettings,
  wholeNumber,
} from '@countersign/settings';
import { z } from 'zod';

/** What a gateway can be told; all have defaults but the way to the bus. */
export const settings = defineSettings('gateway', {
  ...serviceSettings,
  COUNTERSIGN_PORT: {
    ...serviceSettings.COUNTERSIGN_PORT,
    default: '8080',
    description: 'port of the signed API; 0 = any free port',
  },
  ...busSettings,
  TRUSTED_PROXIES: {
    schema: commaList.pipe(
      z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], 'is not a list of addresses and networks')),
    ),
    default: '',
    description:
      'addresses and networks of proxies whose X-Forwarded-For is believed, separated by commas; empty = none; Forwarded is never read',
  },
  REQUEST_BODY_LIMIT_BYTES: {
    schema: wholeNumber(1_024, 16 * 1024 * 1024),
    default: '262144',
    description: 'largest request body, bytes',
  },
  REQUEST_BODY_BUDGET_BYTES: {
    schema: wholeNumber(1_024, 64 * 1024 * 1024 * 1024),
    default: '67108864',
    description:
      'memory of all bodies that are not verified yet, bytes, without the first 4096 of each; past it they are refused with 503; never less than one largest body',
  },
  REQUEST_CONCURRENCY_LIMIT: {
    schema: wholeNumber(1, 100_000),
    default: '1000',
    description:
      'verified requests that may be under way at once, at most half of them with a signature that is not claimed yet; past it they are refused with 503',
  },
  PIPELINED_REQUESTS_LIMIT: {
    // Node may hear of the next request a moment before it hears that the last answer has left.
    schema: wholeNumber(2, 1_000),
    default: '32',
    description: 'requests of one connection that may wait for their answers; one more is refused and ends it',
  },
  CONNECTION_LIMIT: {
    schema: wholeNumber(1, 1_000_000),
    default: '10000',
    description: 'connections that may be open at once; past it new ones are closed',
  },
  REQUEST_TIMEOUT_MS: {
    schema: wholeNumber(1_000, 600_000),
    default: '30000',
    description: 'longest time in which a whole request must have arrived, milliseconds',
  },
  HEADERS_TIMEOUT_MS: {
    schema: wholeNumber(1_000, 600_000),
    default: '10000',
    description: 'longest time in which the headers of a request must have arrived, milliseconds',
  },
  STALL_TIMEOUT_MS: {
    schema: wholeNumber(1_000, 600_000),
    default: '30000',
    description:
      'how long a connection that owes an answer may stand still, milliseconds, as when its client does not read; longer than the waits for the bus',
  },
  KEEP_ALIVE_TIMEOUT_MS: {
    schema: wholeNumber(0, 3_600_000),
    default: '72000',
    description: 'how long an idle connection is kept, milliseconds; longer than that of a balancer in front',
  },
  CLOCK_SKEW_SECONDS: {
    schema: wholeNumber(1, 86_400),
    default: '300',
    description: 'how far a signed date may be from the clock of this gateway; the store decides by its own clock',
  },
  CLAIM_DEADLINE_MS: {
    schema: wholeNumber(50, 60_000),
    default: '2500',
    description: 'longest wait for the replay store, milliseconds; past it the request is refused with 503',
  },
  APPLICATION_CACHE_SIZE: {
    schema: wholeNumber(1, 1_000_000),
    default: '10000',
    description: 'applications whose keys are kept in memory',
  },
  REFUSAL_REPORT_SECONDS: {
    schema: wholeNumber(1, 3_600),
    default: '5',
    description: 'how often refusals of known applications are reported to the trail, summed up',
  },
  SHUTDOWN_NOTICE_MS: {
    schema: wholeNumber(0, 60_000),
    default: '0',
    description:
      'how long a stopping gateway still serves while /readyz says no, so that balancers look elsewhere first, milliseconds',
  },
  SHUTDOWN_GRACE_MS: {
    schema: wholeNumber(0, 600_000),
    default: '10000',
    description: 'how long a stopping gateway then lets requests under way finish, milliseconds',
  },
});

export type GatewaySettings = SettingsOf<typeof settings>;
