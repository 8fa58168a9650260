// A signed request with our signing library: node request.mjs METHOD PATH [JSON]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { signedFetch } from '@countersign/signing';

const [method = 'GET', path = '/demo/api/v1/users/jdoe', body] = process.argv.slice(2);
const file = join(process.env.COUNTERSIGN_DATA ?? '.countersign', 'demo.json');
const { baseUrl, applicationId, applicationKey } = JSON.parse(readFileSync(file, 'utf8'));

const answer = await signedFetch(`${baseUrl}${path}`, { method, body, applicationId, applicationKey });

console.log(answer.status, answer.text());
console.error(answer.signatureHolds ? 'response signature holds' : 'response signature DOES NOT HOLD');
process.exitCode = answer.signatureHolds ? 0 : 5;
