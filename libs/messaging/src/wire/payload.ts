import type { NatsConnection } from '@nats-io/transport-node';

/** Room for headers below the server's bound of a message. */
const headerRoom = 4_096;
const defaultMaxPayload = 1_048_576;

/** Bytes of payload that one message can carry beside our headers; the server names its bound when it greets. */
export function bodyRoom(connection: NatsConnection): number {
  return (connection.info?.max_payload ?? defaultMaxPayload) - headerRoom;
}

/** UTF-8 bytes as text, without a copy; on short payloads several times quicker than a `TextDecoder`. */
export function payloadText(data: Uint8Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8');
}
