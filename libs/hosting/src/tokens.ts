/** Injects the service's `Logger`. */
export const LOGGER = Symbol('Logger');
/** Injects the service's settings, parsed: `@Inject(SETTINGS) settings: DirectorySettings`. */
export const SETTINGS = Symbol('Settings');
