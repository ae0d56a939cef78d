/** In place of the base: all modules are loaded, and nothing is done. Fills Node's compile cache. */
export const ONLY_LOAD = '--only-load';
