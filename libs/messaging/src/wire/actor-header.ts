import { type Actor, actorKinds, type Principal } from '@countersign/contracts';

const longestId = 200;
const loneSurrogate = /\p{Surrogate}/gu;
const plainId = /^[A-Za-z0-9_.-]{1,200}$/;

/**
 * The kinds of actor that an asker may claim to act for. The gateway acts for applications and users. The services are not
 * listed: they pass on any actor, operators too. The others act for themselves only, an operator under the name of a
 * person. No other claim is believed, since the caller is proven and the headers are not (guarantee G10).
 */
const actsFor: Readonly<Partial<Record<Principal, readonly Actor['kind'][]>>> = Object.freeze({
  gateway: ['application', 'user'],
  operator: ['operator'],
  provisioner: [],
  listener: [],
});

/** `kind:id`. An id may be what a person typed: percent-encoded, it can end no header line. */
export function writeActor(actor: Actor): string {
  if (plainId.test(actor.id)) return `${actor.kind}:${actor.id}`;
  return `${actor.kind}:${encodeURIComponent(actor.id.slice(0, longestId).replace(loneSurrogate, '\ufffd'))}`;
}

/** Who acts, as far as the caller may say so; else the caller itself. */
export function readActor(text: string | undefined, caller: Principal): Actor {
  const cut = text?.indexOf(':') ?? -1;
  const kind = actorKinds.find((known) => known === text?.slice(0, cut));
  const id = kind === undefined ? undefined : decodeId(text?.slice(cut + 1) ?? '');
  const isBelieved = kind !== undefined && (actsFor[caller]?.includes(kind) ?? true);
  if (isBelieved && id !== undefined) return { kind, id };
  return { kind: caller === 'operator' ? 'operator' : 'service', id: caller };
}

function decodeId(text: string): string | undefined {
  if (plainId.test(text)) return text;
  try {
    const decoded = decodeURIComponent(text);
    return decoded.length > 0 && decoded.length <= longestId ? decoded : undefined;
  } catch {
    return undefined;
  }
}
