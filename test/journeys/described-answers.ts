import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import {
  type JsonSchema,
  type Method,
  type OpenApiDocument,
  operationsOf,
  type Reference,
  type Response,
  resolve,
} from '../../apps/gateway/src/description/openapi.js';

/** What came back, and what it was asked with. */
export interface GivenAnswer {
  readonly method: string;
  /** As on the request line. */
  readonly target: string;
  readonly status: number;
  readonly headers: Pick<Headers, 'get'>;
  readonly text: string;
}

interface DescribedOperation {
  readonly method: Method;
  readonly pattern: RegExp;
  /** Names of query parameters without which the operation is not meant. */
  readonly needs: readonly string[];
  readonly responses: Responses;
}

/** An answer that the description of the API does not promise: a spec that tolerates outages must not tolerate this. */
export class UndescribedAnswer extends Error {
  override readonly name = 'UndescribedAnswer';
}

type Responses = Readonly<Record<string, Response | Reference>>;

/**
 * Holds answers against the description of the API: status, headers and body must be among those that it promises for
 * the path and method. What no path of it takes must be answered as it says for elsewhere.
 */
export class DescribedAnswers {
  private readonly ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, strict: true });
  private readonly validators = new Map<unknown, ValidateFunction>();
  private readonly operations: readonly DescribedOperation[];

  constructor(private readonly document: OpenApiDocument) {
    this.operations = operationsOf(document)
      .toSorted((a, b) => (sortingKey(a.path) < sortingKey(b.path) ? -1 : 1))
      .map(({ path, method, operation }) => ({
        method,
        pattern: patternOf(path),
        needs: operation.parameters
          .map((given) => resolve(document, given))
          .filter((parameter) => parameter.in === 'query' && parameter.required)
          .map(({ name }) => name),
        responses: operation.responses,
      }));
  }

  /** What of an answer is not as described, in words; empty if all is. */
  faultsOf(answer: GivenAnswer): readonly string[] {
    const found = this.responsesTo(answer)[answer.status];
    const asked = `${answer.method} ${answer.target}: ${answer.status}`;
    if (found === undefined) return [`${asked} is not described`];
    const response = resolve<Response>(this.document, found);
    return [...this.headerFaults(response, answer), ...this.bodyFaults(response, answer)].map(
      (fault) => `${asked}: ${fault}`,
    );
  }

  private responsesTo({ method, target }: GivenAnswer): Responses {
    const [path = '', query = ''] = target.split('?', 2);
    const given = new URLSearchParams(query);
    const meant = this.operations.filter(
      ({ pattern, needs }) => pattern.test(path) && needs.every((name) => given.has(name)),
    );
    // the most specific path is meant, also where it has other methods only
    const [{ pattern: first } = { pattern: undefined }] = meant;
    const operation = meant.find(
      (candidate) => candidate.pattern.source === first?.source && candidate.method.toUpperCase() === method,
    );
    return operation?.responses ?? this.document['x-answers-elsewhere'];
  }

  private headerFaults(response: Response, { headers }: GivenAnswer): readonly string[] {
    return Object.entries(response.headers).flatMap(([name, described]) => {
      const { required, schema } = resolve(this.document, described);
      const value = headers.get(name);
      if (value === null) return required ? [`header ${name} is missing`] : [];
      return this.misfits(schema, value).map((fault) => `header ${name} ${fault}, found ${JSON.stringify(value)}`);
    });
  }

  private bodyFaults(response: Response, { method, headers, text }: GivenAnswer): readonly string[] {
    if (method === 'HEAD') return [];
    const contentType = headers.get('content-type')?.split(';', 1)[0] ?? '';
    const content = response.content[contentType];
    if (content === undefined) return text === '' ? [] : [`content type ${contentType} is not described`];
    if (contentType !== 'application/json') return [];
    return this.misfits(content.schema, JSON.parse(text)).map((fault) => `body ${fault}, found ${text}`);
  }

  private misfits(schema: JsonSchema, value: unknown): readonly string[] {
    let validate = this.validators.get(schema);
    if (validate === undefined) {
      validate = this.ajv.compile(this.inlined(schema) as JsonSchema);
      this.validators.set(schema, validate);
    }
    return validate(value) ? [] : [this.ajv.errorsText(validate.errors, { dataVar: '', separator: '; ' })];
  }

  /** The same schema without references: ours do not lead in circles. */
  private inlined(schema: unknown): unknown {
    if (Array.isArray(schema)) return schema.map((part) => this.inlined(part));
    if (typeof schema !== 'object' || schema === null) return schema;
    const whole = resolve<object>(this.document, schema);
    return Object.fromEntries(Object.entries(whole).map(([key, part]) => [key, this.inlined(part)]));
  }
}

/** Written-out segments go before parameters (OpenAPI 3.1, 4.8.8.2). */
function sortingKey(path: string): string {
  return path.replace(/\{\w+\}/g, '~');
}

function patternOf(path: string): RegExp {
  const segments = path.split('/').map((segment) => {
    if (segment === '{version}') return 'v[123]';
    return segment.startsWith('{') ? '[^/]+' : segment.replace(/[.]/g, '\\.');
  });
  return new RegExp(`^${segments.join('/')}/?$`);
}
