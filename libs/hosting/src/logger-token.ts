/** Under which a service's parts find its logger. */
export const LOGGER = Symbol('Logger');
