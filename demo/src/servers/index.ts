export { findProgram, debianPackageOf, MissingProgramError } from './programs';
export { freePort } from './free-port';
export { waitFor, type WaitForOptions } from './wait-for';
export type { RunningServer, ServerOptions } from './running-server';
export { startPostgresql, type PostgresqlOptions, type PostgresqlServer } from './postgresql';
export { startRedis, type RedisOptions } from './redis';
export { startRabbitmq, type RabbitmqOptions, type RabbitmqServer } from './rabbitmq';
