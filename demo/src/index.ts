export { startForeign, type ForeignServers } from './foreign/servers';
export { FOREIGN_SETUPS, type ForeignSetup } from './foreign/setups';
export * from './servers';
export { startAlerting } from './runner/monitoring';
export { onehertzConfig } from './runner/onehertz-config';
export { createParts, type Parts } from './runner/parts';
export { createStarter } from './runner/starter';
export { startSystem, type SystemServers } from './runner/system';
