import { applyDecorators, HttpCode, RequestMapping, RequestMethod } from '@nestjs/common';
import { RouteConstraints } from '@nestjs/platform-fastify';
import { SignedRoute } from '../signature/signed-route.js';
import type { Endpoint, Form, Method } from './endpoint.js';
import { formConstraint, words } from './query-form.js';
import { versions } from './versions.js';

/**
 * Routes an endpoint, in some of its forms, to a handler. Always 200: the Go SDK takes anything else for an error
 * (secureauth C.0).
 */
export function Serves(endpoint: Endpoint, method: Method, ...forms: readonly Form[]): MethodDecorator {
  const { name, permission, operation } = endpoint;
  return applyDecorators(
    RequestMapping({ method: RequestMethod[method], path: pathsOf(endpoint, method, forms) }),
    HttpCode(200),
    SignedRoute({ name, permission, operation, readsSettings: forms.some((form) => form !== 'path') }),
    ...(forms.includes('query') ? [RouteConstraints({ [formConstraint.name]: 'query' })] : []),
  );
}

function pathsOf({ name, routes }: Endpoint, method: Method, forms: readonly Form[]): string[] {
  const served = routes.filter((route) => forms.includes(route.form) && route.methods.includes(method));
  if (served.length !== forms.length) throw new Error(`${name} has no ${method} in one of the forms ${forms}`);
  return served.flatMap(({ form, path }) => versions.map((version) => routed(`/{realm}/api/${version}${path}`, form)));
}

/** As the router writes it. */
function routed(path: string, form: Form): string {
  const parameters = path.replaceAll(/\{(\w+)\}/g, ':$1');
  return form === 'domain' ? parameters.replace(':userId', `:userId(${NO_WORD})`) : parameters;
}

/** `/users/jdoe/groups` are the groups of jdoe, not a user of that name in a domain. `[^]` is any character. */
const NO_WORD = `^(?!(?:${words.join('|')})$)[^]*$`;
