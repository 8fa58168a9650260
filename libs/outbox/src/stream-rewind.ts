/** What of an acknowledgement of JetStream is looked at. */
export interface Acknowledgement {
  readonly stream: string;
  readonly seq: number;
  readonly duplicate: boolean;
}

export type StreamSequences = Readonly<Record<string, number>>;

/**
 * Takes up acknowledgements in their order. A stream only counts upwards: one that stored a new message at a sequence
 * it had given before was wiped, or restored from an older copy, and lacks what came between. (A duplicate is answered
 * with the sequence of its original.)
 */
export function takeAcknowledgements(
  known: StreamSequences,
  acknowledgements: readonly Acknowledgement[],
): { readonly sequences: StreamSequences; readonly isRewound: boolean } {
  const sequences: Record<string, number> = { ...known };
  let isRewound = false;
  for (const { stream, seq, duplicate } of acknowledgements) {
    const before = sequences[stream] ?? 0;
    if (!duplicate && seq <= before) isRewound = true;
    sequences[stream] = duplicate ? Math.max(before, seq) : seq;
  }
  return { sequences, isRewound };
}
