import { Problem } from '@countersign/contracts';
import type { Exchange } from '../signature/exchange.js';

const LONGEST_USER_ID = 256;
const USER_ID_SEGMENT = 4;

/**
 * The user that a path names, `/{realm}/api/{version}/users/{userId}`, and notes it for answers that name it back.
 * @throws Problem `user.unknown` for an id that nobody can have
 */
export function whoIsNamed(exchange: Exchange): { readonly realm: string; readonly userId: string } {
  const { realm, segments } = exchange.target;
  const userId = segments?.[USER_ID_SEGMENT];
  exchange.userId = userId;
  if (userId === undefined || userId.length > LONGEST_USER_ID) throw new Problem('user.unknown');
  return { realm, userId };
}
