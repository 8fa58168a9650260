/** The signature covers the path alone, so signing needs no gateway. */
export const nowhere = new URL('http://localhost');
