/** UTF-8 bytes as text, without a copy; on short payloads several times quicker than a `TextDecoder`. */
export function payloadText(data: Uint8Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8');
}
