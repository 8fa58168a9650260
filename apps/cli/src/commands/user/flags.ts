/** A password is a secret: it comes from a file, or is typed without being shown. */
export const passwordFlag = {
  flags: '--password-file <path>',
  summary: 'file of the password, - for stdin (default: typed at a prompt)',
} as const;

export const fieldsWord = ['[key=value...]', 'fields, such as name.given=John or emails.1=j@example.com'] as const;

/** PIN and answers are secrets, and come from files. */
export const secretFlags = [
  { flags: '--pin-file <path>', summary: 'file of the PIN, - for stdin' },
  {
    flags: '--answer-file <question=path>',
    summary: 'file of the answer to a question, such as questions.1=answer.txt; - for stdin',
    isRepeatable: true,
  },
] as const;
