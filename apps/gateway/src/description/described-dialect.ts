import type { ProblemCode } from '@countersign/contracts';
import type { Dialect } from '../exchange/dialect.js';
import type { Endpoint, JsonSchema } from '../exchange/endpoint.js';
import type { Answer } from '../http/answer.js';
import type { Header, Parameter } from './openapi.js';
import type { OwnWords } from './scheme-words.js';

/** A dialect together with what the API description says of it beyond its endpoints and answers. */
export interface DescribedDialect<Settings = unknown> extends Dialect<Settings> {
  readonly description: DialectDescription;
}

export interface DialectDescription {
  readonly summary: string;
  /** What stands before the endpoints: CommonMark, as OpenAPI has it. */
  readonly introduction: string;
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  /** Of paths and queries, by the names that routes use. */
  readonly parameters: Readonly<Record<string, Parameter>>;
  readonly scheme: SchemeDescription;
  /** What the answers of its endpoints have in common, by HTTP status. */
  readonly statuses: Readonly<Record<string, string>>;
  /** What a reference needs to say of it that stands beside paths and answers: CommonMark, a line. */
  readonly conventions: string;
  /** What a problem answers at an endpoint. */
  problemAt(endpoint: Endpoint, code: ProblemCode): ProblemAnswer;
}

export interface ProblemAnswer {
  readonly http: number;
  readonly schema: JsonSchema;
  readonly example: unknown;
  /** More about when, a sentence. */
  readonly note?: string;
}

/** How requests of a credential scheme are described. */
export interface SchemeDescription {
  /** Of the OpenAPI security scheme. */
  readonly name: string;
  readonly securityScheme: Readonly<Record<string, unknown>>;
  /** Of requests beside `Authorization`, by the names of their components. */
  readonly requestHeaders: Readonly<Record<string, Parameter>>;
  /** That mark an answer as ours, by name. */
  readonly answerHeaders: Readonly<Record<string, Header>>;
  readonly refused: string;
  /** In the order in which they are looked for. */
  readonly refusals: readonly { readonly name: string; readonly when: string; readonly answer: Answer }[];
  /** Where it says more of any request than is true of all schemes. */
  readonly words?: OwnWords;
  /** What to type to send such a request to the demo realm. */
  readonly command?: (method: string, target: string, body: string | undefined) => string;
}
