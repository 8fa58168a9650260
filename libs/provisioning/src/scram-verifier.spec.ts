import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { scramVerifierOf } from './scram-verifier.js';

/** The log-in of RFC 7677 section 3: password, what both sides said, the proof of the client and that of the server. */
const vector = {
  password: 'pencil',
  salt: 'W22ZaJ0SNY7soEsUEjb6gQ==',
  said:
    'n=user,r=rOprNGfwEbeRWgbNEkqO,' +
    'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,' +
    'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0',
  clientProof: 'dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
  serverSignature: '6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
};

describe('a SCRAM-SHA-256 verifier', () => {
  it('checks the log-in of RFC 7677, in the form that PostgreSQL keeps', () => {
    const verifier = scramVerifierOf(vector.password, Buffer.from(vector.salt, 'base64'), 4096);
    const found = /^SCRAM-SHA-256\$4096:W22ZaJ0SNY7soEsUEjb6gQ==\$(?<stored>[^:]+):(?<server>.+)$/.exec(verifier);
    const keyOf = (name: string) => Buffer.from(found?.groups?.[name] ?? '', 'base64');
    const signedBy = (key: Buffer) => createHmac('sha256', key).update(vector.said).digest();
    expect(signedBy(keyOf('server')).toString('base64')).toBe(vector.serverSignature);
    // the proof is the client key, hidden under a signature of its digest
    const proof = Buffer.from(vector.clientProof, 'base64');
    const clientKey = signedBy(keyOf('stored')).map((byte, index) => byte ^ (proof[index] ?? 0));
    expect(createHash('sha256').update(clientKey).digest()).toEqual(keyOf('stored'));
  });

  it('has a salt of its own each time', () => {
    expect(scramVerifierOf('pencil')).not.toBe(scramVerifierOf('pencil'));
  });
});
