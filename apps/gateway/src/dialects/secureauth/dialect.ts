import type { Problem } from '@countersign/contracts';
import type { Tolerances } from '@countersign/signing';
import type { DescribedDialect } from '../../description/described-dialect.js';
import type { RefusedCall } from '../../exchange/dialect.js';
import type { CredentialScheme, SchemeParts } from '../../exchange/scheme.js';
import type { Answer } from '../../http/answer.js';
import { HmacScheme } from '../../schemes/hmac/hmac-scheme.js';
import { answerOf, generalAnswers, malformed, refusalAnswers } from './answer-texts.js';
import { description } from './description/description.js';
import { endpointNamed, endpoints } from './endpoints.js';
import { formSelectedBy, routedSegments } from './named-user.js';
import { textFor } from './problem-answers.js';
import { type SecureauthSettings, secureauthSettings } from './settings.js';

/** SecureAuth's APIs, as its client libraries speak them. */
export const secureauth: DescribedDialect<SecureauthSettings> = Object.freeze({
  name: 'secureauth',
  root: undefined,
  realmFrom: 'path',
  endpoints,
  answers: generalAnswers,
  description,
  selectorOf: formSelectedBy,
  routedSegments,
  settings: secureauthSettings,

  openScheme(parts: SchemeParts<SecureauthSettings>): CredentialScheme<SecureauthSettings> {
    return new HmacScheme(parts, { refusals: refusalAnswers, tolerances });
  },

  malformed(reason: string): Answer {
    return answerOf(malformed(reason));
  },

  answerTo({ code }: Problem, { endpoint, application, subject }: RefusedCall<SecureauthSettings>): Answer {
    const words = textFor(code, endpointNamed(endpoint?.name));
    if (typeof words !== 'function') return answerOf(words, subject);
    if (application === undefined) throw new Error('a text of a realm without a realm');
    return answerOf(words(application.settings), subject);
  },
});

function tolerances({ tolerateDecodedPath, tolerateLatin1Body }: SecureauthSettings): Tolerances {
  return { decodedPath: tolerateDecodedPath, latin1Body: tolerateLatin1Body };
}
