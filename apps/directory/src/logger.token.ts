/** Where the service's logger is found by those who need it. */
export const LOGGER = Symbol('Logger');
