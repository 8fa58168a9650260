/** What every service of P3 answers; nothing is looked up. */
export const constantProfile = {
  id: '019a0000-0000-7000-8000-000000000001',
  userId: 'u00001',
  state: 'active',
  stateChangedAt: '2026-01-01T00:00:00.000Z',
  isGroupMissing: false,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  activatedAt: '2026-01-01T00:00:00.000Z',
  aliases: [],
  name: { given: 'Given', family: 'Family' },
  emails: [
    {
      id: '019a0000-0000-7000-8000-000000000002',
      value: 'u00001@example.com',
      kind: 'other',
      position: 1,
      addedAt: '2026-01-01T00:00:00.000Z',
    },
  ],
  phones: [
    {
      id: '019a0000-0000-7000-8000-000000000003',
      value: '+12025550100',
      kind: 'other',
      position: 1,
      addedAt: '2026-01-01T00:00:00.000Z',
    },
  ],
  attributes: {},
  questions: {},
  groups: ['Readers'],
};
