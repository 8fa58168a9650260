/** Applications show their id as 32 hex digits (secureauth A.1); the database keeps a UUID and reads either form. */
export function applicationIdOf(uuid: string): string {
  return uuid.replaceAll('-', '');
}
