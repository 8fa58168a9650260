// A signed request with our signing library: node request.mjs [--date DATE] METHOD PATH [JSON]
// Reads url, application id and key from demo.json; set COUNTERSIGN_DATA when your data folder is elsewhere.
// --date prints the Authorization header of that date and sends nothing: to compare with another client.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { applicationKey as keyOf, signedFetch, signRequest } from '@countersign/signing';

const { values, positionals } = parseArgs({ options: { date: { type: 'string' } }, allowPositionals: true });
const [method = 'GET', path = '/demo/api/v1/users/jdoe', body] = positionals;
const file = join(process.env.COUNTERSIGN_DATA ?? '.countersign', 'demo.json');
const { baseUrl, applicationId, applicationKey } = JSON.parse(readFileSync(file, 'utf8'));

if (values.date === undefined) {
  const answer = await signedFetch(`${baseUrl}${path}`, { method, body, applicationId, applicationKey });
  console.log(answer.status, answer.text());
  console.error(answer.signatureHolds ? 'response signature holds' : 'response signature DOES NOT HOLD');
  process.exitCode = answer.signatureHolds ? 0 : 5;
} else {
  const date = Date.parse(values.date);
  const precision = values.date.includes('.') ? 'millisecond' : 'second';
  const { pathname } = new URL(`${baseUrl}${path}`);
  const request = { method, path: pathname, body, applicationId, key: keyOf(applicationKey), date, precision };
  console.log(signRequest(request).authorization);
}
