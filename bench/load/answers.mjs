/**
 * Reads the answers of one connection as far as a load needs it: where each ends, and its status. Pieces of text in,
 * whole answers out; `Content-Length` and chunked bodies, nothing else.
 */
export class Answers {
  #held = '';

  /**
   * @param {string} piece bytes as Latin-1
   * @returns {number} status of the answer that is complete now; 0 while it is not
   */
  take(piece) {
    const text = this.#held === '' ? piece : this.#held + piece;
    const end = endOfAnswer(text);
    if (end === -1) {
      this.#held = text;
      return 0;
    }
    if (end !== text.length) throw new Error('more came than one answer');
    this.#held = '';
    return Number(text.slice(9, 12));
  }
}

const LENGTH = /\r\ncontent-length: *(\d+)\r\n/i;
const CHUNKED = /\r\ntransfer-encoding: *chunked\r\n/i;

/** Position behind the answer; -1 while something is missing. */
function endOfAnswer(text) {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd === -1) return -1;
  const head = text.slice(0, headEnd + 2);
  const length = LENGTH.exec(head);
  if (length !== null) {
    const end = headEnd + 4 + Number(length[1]);
    return text.length >= end ? end : -1;
  }
  if (CHUNKED.test(head)) return text.endsWith('\r\n0\r\n\r\n') ? text.length : -1;
  return headEnd + 4;
}
