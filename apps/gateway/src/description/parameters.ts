import type { DialectPart } from './dialect-part.js';
import { requestId } from './headers.js';
import type { Parameter, Reference } from './openapi.js';
import type { Served } from './served.js';

/** Of what is served: those of the path, of the query, and headers of the request. */
export function parametersOf(part: DialectPart, served: Served): readonly Reference[] {
  const { scheme } = part.dialect.description;
  const inPath = [...served.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
  const names = [...inPath, ...queryNames(part, served), ...Object.keys(scheme.requestHeaders), 'requestId'];
  return names.map((name) => part.refTo('parameters', name));
}

/** The parameters of the dialect by the name of their component, as far as something that is served has them. */
export function parameterComponents(part: DialectPart, all: readonly Served[]): Readonly<Record<string, Parameter>> {
  const { parameters, scheme } = part.dialect.description;
  const optional = Object.entries(parameters).map(([name, parameter]) => [
    `${name}${IF_ANY}`,
    { ...parameter, required: false },
  ]);
  const known = { ...parameters, ...Object.fromEntries(optional), ...scheme.requestHeaders, requestId };
  const used = new Set(all.flatMap((served) => parametersOf(part, served)).map(({ $ref }) => $ref));
  return Object.fromEntries(
    Object.entries<Parameter>(known).filter(([name]) => used.has(part.refTo('parameters', name).$ref)),
  );
}

/** A parameter that one of two variants requires may be left out for the other. */
function queryNames({ dialect }: DialectPart, { variants }: Served): readonly string[] {
  const names = new Set(variants.flatMap(({ route }) => route.query ?? []));
  return [...names].map((name) => {
    const isRequired = dialect.description.parameters[name]?.required === true;
    const isInAll = variants.every(({ route }) => route.query?.includes(name) === true);
    return isRequired && !isInAll ? `${name}${IF_ANY}` : name;
  });
}

const IF_ANY = 'IfAny';
