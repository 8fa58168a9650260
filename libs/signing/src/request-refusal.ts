/**
 * Why a request is refused before anything else is looked at: the closed list of contract A.4, in the order in which
 * the reasons are looked for. The texts are the wire's, byte for byte.
 */
export const requestRefusalMessages = Object.freeze({
  'header-missing': 'Missing authentication header.',
  'scheme-unknown': 'Unknown authentication scheme.',
  'value-empty': 'Authentication header value is empty.',
  'format-wrong': "Authentication header value's format should be 'appId:hash'.",
  'application-unknown': 'AppId is unknown.',
  'clock-skewed': 'Clock skew of message is outside threshold.',
  'credentials-invalid': 'Invalid credentials.',
  'seen-before': 'Authentication header has been seen before.',
});

export type RequestRefusal = keyof typeof requestRefusalMessages;
