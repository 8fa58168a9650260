// The demo as an environment of Bruno, with the key in it: node environment.mjs > <a file that only you can read>
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const file = join(process.env.COUNTERSIGN_DATA ?? '.countersign', 'demo.json');
const demo = JSON.parse(readFileSync(file, 'utf8'));
const variables = ['baseUrl', 'realm', 'applicationId', 'applicationKey'].map((name) => ({
  name,
  value: demo[name],
  enabled: true,
  secret: name === 'applicationKey',
}));

console.log(JSON.stringify({ name: 'demo', variables }));
