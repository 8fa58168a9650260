import { describe, expect, it } from '@jest/globals';
import { takeAcknowledgements } from './stream-rewind.js';

const ack = (seq: number, duplicate = false, stream = 'EVENTS') => ({ stream, seq, duplicate });

describe('a stream that counts upwards', () => {
  it('is not rewound, and its highest sequence is kept, per stream', () => {
    const taken = takeAcknowledgements({ EVENTS: 5 }, [ack(7), ack(6), ack(1, false, 'AUDIT')]);
    expect(taken).toEqual({ sequences: { EVENTS: 7, AUDIT: 1 }, isRewound: false });
  });

  it('is not rewound by duplicates, which name their original', () => {
    const taken = takeAcknowledgements({ EVENTS: 5 }, [ack(2, true), ack(6)]);
    expect(taken).toEqual({ sequences: { EVENTS: 6 }, isRewound: false });
  });
});

describe('a stream that stores something new no higher than before', () => {
  it.each([1, 4, 5])('is rewound: 5, then %i', (seq) => {
    const taken = takeAcknowledgements({ EVENTS: 5, AUDIT: 9 }, [ack(seq)]);
    expect(taken).toEqual({ sequences: { EVENTS: seq, AUDIT: 9 }, isRewound: true });
  });

  it('is rewound once: the next batch goes on from there', () => {
    const first = takeAcknowledgements({ EVENTS: 500 }, [ack(1), ack(2)]);
    expect(takeAcknowledgements(first.sequences, [ack(3), ack(4)])).toEqual({
      sequences: { EVENTS: 4 },
      isRewound: false,
    });
  });
});
