/** What of an acknowledgement of JetStream is looked at. */
export interface Acknowledgement {
  readonly stream: string;
  readonly seq: number;
  readonly duplicate: boolean;
}

export type StreamSequences = Readonly<Record<string, number>>;

/**
 * Takes up the acknowledgements of one batch, which was sent after those in `known` had come. A stream only counts
 * upwards: one that stored a new message no higher than it had been before was wiped, or restored from an older copy,
 * and lacks what came between. (A duplicate is answered with the sequence of its original. Within the batch no order
 * is assumed: in a cluster, messages of several subjects may overtake each other.)
 */
export function takeAcknowledgements(
  known: StreamSequences,
  acknowledgements: readonly Acknowledgement[],
): { readonly sequences: StreamSequences; readonly isRewound: boolean } {
  const rewound = new Set(
    acknowledgements
      .filter(({ stream, seq, duplicate }) => !duplicate && seq <= (known[stream] ?? 0))
      .map((ack) => ack.stream),
  );
  const sequences: Record<string, number> = { ...known };
  for (const stream of rewound) sequences[stream] = 0;
  for (const { stream, seq } of acknowledgements) sequences[stream] = Math.max(sequences[stream] ?? 0, seq);
  return { sequences, isRewound: rewound.size > 0 };
}
