/** The words that all parts share. Nothing here depends on anything, nor on Node or a browser. */
export * from './counts';
export * from './failure';
export * from './json';
export * from './kinds';
export * from './live';
export * from './metrics';
export * from './overall';
export * from './status';
export * from './stream';
