/** The application that rivals know: they hold its key in memory and ask no service for it. */
export const applicationId = 'b0c1d2e3f405162738495a6b7c8d9eaf';
export const keyText = '5e'.repeat(32);

/** @type {import('../load/signers.mjs').SignedKind} */
export const signer = { kind: 'signed', applicationId, applicationKey: keyText };
