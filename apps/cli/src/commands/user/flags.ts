/** A password is a secret: it comes from a file, or is typed where nobody sees it. */
export const passwordFlag = {
  flags: '--password-file <path>',
  summary: 'file of the password, - for stdin; asked for on a terminal',
} as const;

/** Flags of commands that write a profile. PIN and answers are secrets, and come from files. */
export const profileFlags = [
  {
    flags: '--question <key=text>',
    summary: 'a question, such as kbq1="First pet?"; empty clears',
    isRepeatable: true,
  },
  {
    flags: '--answer-file <key=path>',
    summary: 'file of the answer to that question, - for stdin',
    isRepeatable: true,
  },
  { flags: '--pin-file <path>', summary: 'file of the PIN (pinHash), - for stdin' },
] as const;
