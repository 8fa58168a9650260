import { z } from 'zod';
import { defineEvent } from './event.js';
import type { OwningService } from './services.js';

/** Ends the rotation of a key ring: an old key may leave the ring. */
export function keyRingResealedOf(service: OwningService) {
  return defineEvent({
    type: `${service}.key-ring.resealed`,
    summary: 'all sealed values are under the current key of the ring',
    heardBy: ['audit'],
    details: z.object({ keyId: z.string(), count: z.int() }),
  });
}

/** Events every owning service has. */
export interface CommonEvents {
  readonly keyRingResealed: ReturnType<typeof keyRingResealedOf>;
}
export function commonEventsOf(service: OwningService): CommonEvents {
  return { keyRingResealed: keyRingResealedOf(service) };
}
