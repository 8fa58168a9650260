import { z } from 'zod';
import { applicationId } from '../names.js';
import { defineOperation } from '../operation.js';

/**
 * `won`: first use, do it. `replayed`: seen before. `stale`: the store's clock finds the date outside the skew.
 * `revoked`: this key is no longer live. `changed`: the gateway's copy of the application is old; read it and check
 * again. `recovering`: the store has lost its memory and cannot tell whether this date was used, or its clock is not that
 * of the other services; sign again in a moment.
 */
export const claimVerdicts = Object.freeze(['won', 'replayed', 'stale', 'revoked', 'changed', 'recovering'] as const);
export type ClaimVerdict = (typeof claimVerdicts)[number];

/** Guarantee G1: asked after the signature held; decided by one statement, by the store's clock. */
export const claimRequest = defineOperation({
  subject: 'countersign.v1.authentication.request.claim',
  summary: 'spends a request signature, once',
  askedBy: ['gateway'],
  effect: 'changes',
  request: z.object({
    applicationId,
    version: z.int(),
    keyVersion: z.int(),
    /** The 32 decoded bytes of the signature, in base64. */
    mac: z.string().regex(/^[A-Za-z0-9+/]{43}=$/),
    /** The signed date, milliseconds since the epoch. */
    signedAt: z.int(),
  }),
  reply: z.object({
    verdict: z.enum(claimVerdicts),
    /** When it was decided, by the store's clock, milliseconds since the epoch: what is asked on it is bounded by this. */
    storeTime: z.number().optional(),
  }),
  refusals: ['store.unavailable'],
});

/** How a gateway knows that it can admit requests: asked with a date that is right by its own clock. */
export const judgeDate = defineOperation({
  subject: 'countersign.v1.authentication.date.judge',
  summary: 'tells whether a request of this date could be claimed',
  askedBy: ['gateway'],
  effect: 'none',
  request: z.object({ signedAt: z.int() }),
  reply: z.object({ isClaimable: z.boolean() }),
  refusals: ['store.unavailable'],
});

/** Reasons a gateway refuses a request of a known application; counted, not told one by one. */
export const refusalReasons = Object.freeze([
  'clock_skew',
  'invalid_credentials',
  'replayed',
  'not_permitted',
  'malformed',
] as const);
export type RefusalReason = (typeof refusalReasons)[number];

export const reportRefusals = defineOperation({
  subject: 'countersign.v1.authentication.refusal.report',
  summary: 'reports what a gateway refused for known applications, summed up',
  askedBy: ['gateway'],
  effect: 'changes',
  request: z.object({
    refusals: z
      .array(
        z.object({
          applicationId,
          reason: z.enum(refusalReasons),
          count: z.int().min(1),
          address: z.string().max(64).optional(),
        }),
      )
      .max(500),
  }),
  reply: z.object({ recorded: z.int() }),
  refusals: [],
});
