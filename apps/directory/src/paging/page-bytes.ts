/** Bytes of JSON that a page holds: half of what NATS carries in one message; the cursor and headers need room too. */
export const pageBytes = 512 * 1024;

/** Bytes of JSON that one thing alone may have to be handed out in a message at all. */
export const messageBytes = 1_000_000;
