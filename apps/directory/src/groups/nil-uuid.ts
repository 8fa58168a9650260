/** Comes before every id (RFC 9562, 5.9). */
export const nilUuid = '00000000-0000-0000-0000-000000000000';
