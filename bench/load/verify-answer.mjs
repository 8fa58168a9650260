import { signedFetch } from '@countersign/signing';

/**
 * One request through our own client, to be sure that what is measured is an answer whose signature holds.
 *
 * @param {string} url
 * @param {import('./signers.mjs').SignedKind} signer
 * @param {number} [expected]
 */
export async function verifyAnswer(url, { applicationId, applicationKey }, expected = 200) {
  const answer = await signedFetch(url, { applicationId, applicationKey });
  if (answer.status !== expected)
    throw new Error(`${url} answers ${answer.status}, expected ${expected}: ${answer.text()}`);
  if (answer.signatureHolds !== true) throw new Error(`the signature of the answer of ${url} does not hold`);
}
