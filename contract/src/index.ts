/** Definitions shared by all parts. Nothing here depends on another package, on Node or on a browser. */
export * from './alarms';
export * from './bytes';
export * from './counts';
export * from './duration';
export * from './failure';
export * from './headline';
export * from './json';
export * from './kinds';
export * from './live';
export * from './metrics';
export * from './overall';
export * from './recent';
export * from './status';
export * from './stream';
export * from './urgency';
