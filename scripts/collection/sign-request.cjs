// Signs the final bytes, so variables are filled in first: docs/guides/sign-a-request.md.
const { HmacSHA256, enc } = require('crypto-js');

const applicationId = bru.interpolate('{{applicationId}}').replace(/-/g, '').toLowerCase();
const key = enc.Hex.parse(bru.interpolate('{{applicationKey}}'));

// What may not stand in a URL is percent-encoded; what is encoded already stays as it is.
const url = bru.interpolate(req.getUrl()).replace(/[^\x21-\x7e]|["<>\\^`{|}]/gu, encodeURIComponent);
const path = url.replace(/^[a-z]+:\/\/[^/]+/i, '').replace(/[?#].*$/, '');

const given = req.getBody({ raw: true });
const isEmpty = given === undefined || given === null || given === '';
// The client that sends it cuts white space off both ends.
const body = isEmpty ? '' : bru.interpolate(typeof given === 'string' ? given : JSON.stringify(given)).trim();

const now = new Date();
const date = now.toUTCString().replace(' GMT', `.${now.toISOString().slice(20, 23)} GMT`);
const signed = [req.getMethod().toUpperCase(), date, applicationId, path].concat(isEmpty ? [] : [body]).join('\n');
const signature = HmacSHA256(signed, key).toString(enc.Base64);

req.setUrl(url);
if (!isEmpty) req.setBody(body, { raw: true });
req.setHeader('X-SA-Ext-Date', date);
req.setHeader('Authorization', `Basic ${enc.Base64.stringify(enc.Utf8.parse(`${applicationId}:${signature}`))}`);
