/** What every service of P3 answers; nothing is looked up. */
export const constantProfile = {
  id: '019a0000-0000-7000-8000-000000000001',
  userId: 'u00001',
  state: 'active',
  properties: {
    firstName: { value: 'Given', isWritable: true },
    lastName: { value: 'Family', isWritable: true },
    phone1: { value: '+12025550100', isWritable: true },
    email1: { value: 'u00001@example.com', isWritable: true },
  },
  knowledgeBase: {},
  groups: ['Readers'],
};
