/**
 * What the TypeScript compiler does with decorators, for plain JavaScript.
 *
 * @param {Function} type
 * @param {string} name of the method
 * @param {readonly MethodDecorator[]} decorators
 * @param {readonly ParameterDecorator[]} [parameters] by position
 */
export function decorateMethod(type, name, decorators, parameters = []) {
  const descriptor = Object.getOwnPropertyDescriptor(type.prototype, name);
  for (const [position, decorate] of parameters.entries()) decorate(type.prototype, name, position);
  for (const decorate of decorators) decorate(type.prototype, name, descriptor);
}
