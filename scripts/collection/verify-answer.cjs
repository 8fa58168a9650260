// The answer is signed with the same key: docs/guides/sign-a-request.md.
const { HmacSHA256, enc } = require('crypto-js');

test('the signature of the answer holds', () => {
  const applicationId = bru.interpolate('{{applicationId}}').replace(/-/g, '').toLowerCase();
  const key = enc.Hex.parse(bru.interpolate('{{applicationKey}}'));
  const date = res.getHeader('x-sa-date');
  // Answers are compact JSON, so what was parsed is written as it came; if ever not, the signature does not hold.
  const body = typeof res.getBody() === 'string' ? res.getBody() : JSON.stringify(res.getBody());
  const signature = HmacSHA256([date, applicationId, body].join('\n'), key).toString(enc.Base64);
  expect(res.getHeader('x-sa-signature'), 'X-SA-SIGNATURE (absent where the application is not known)').to.equal(
    signature,
  );
});

test('the answer is of now', () => {
  expect(Math.abs(Date.parse(res.getHeader('x-sa-date')) - Date.now())).to.be.below(300000);
});
