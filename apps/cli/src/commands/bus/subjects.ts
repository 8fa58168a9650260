import { eventSubject, events, operations, principals } from '@countersign/contracts';
import type { Invocation } from '../../invocation.js';
import { usageFault } from '../../output/failure.js';
import { printList } from '../../output/result.js';

interface SubjectRow {
  readonly subject: string;
  readonly kind: 'operation' | 'event';
  readonly effect?: string;
  readonly principals: readonly string[];
  readonly summary: string;
}

/** Lists the subjects of the contracts. */
export async function listSubjects({ given, terminal }: Invocation): Promise<undefined> {
  const wanted = given.text('for');
  if (wanted !== undefined && !principals.some((principal) => principal === wanted)) {
    throw usageFault(`--for ${wanted} is none of ${principals.join(', ')}`);
  }
  const rows = [...operationRows(), ...eventRows()].filter(
    (row) => wanted === undefined || row.principals.includes(wanted),
  );
  printList(terminal, rows, {
    noun: 'subjects',
    name: ({ subject }) => subject,
    columns: [
      { title: 'SUBJECT', value: ({ subject }) => subject },
      { title: 'EFFECT', value: ({ effect, kind }) => effect ?? kind },
      { title: 'ASKED OR HEARD BY', value: (row) => row.principals.join(', ') },
      { title: 'SUMMARY', value: ({ summary }) => summary },
    ],
  });
}

function operationRows(): readonly SubjectRow[] {
  return operations.map(({ subject, effect, askedBy, summary }) => ({
    subject,
    kind: 'operation',
    effect,
    principals: askedBy,
    summary,
  }));
}

function eventRows(): readonly SubjectRow[] {
  return events.map(({ type, heardBy, summary }) => ({
    subject: eventSubject(type, '<realm>'),
    kind: 'event',
    principals: heardBy,
    summary,
  }));
}
