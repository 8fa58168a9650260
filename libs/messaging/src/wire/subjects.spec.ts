import { operations, principals } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import { askSubjectOf } from './subjects.js';

describe('who asks (guarantee G10)', () => {
  it('stands in the subject: nothing for an operator, who types it, a name for every other principal', () => {
    expect(askSubjectOf('countersign.v1.directory.user.show', 'operator')).toBe('countersign.v1.directory.user.show');
    expect(askSubjectOf('countersign.v1.directory.user.show', 'gateway')).toBe(
      'countersign.v1.directory.user.show.gateway',
    );
  });

  it('has a form of its own for each principal and operation', () => {
    const forms = operations.flatMap(({ subject }) => principals.map((asker) => askSubjectOf(subject, asker)));
    expect(new Set(forms).size).toBe(operations.length * principals.length);
  });
});
