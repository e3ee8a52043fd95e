import { connect } from 'amqplib';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './free-port';
import { isHttpOk } from './http-ready';
import { requireProgram } from './programs';
import { placeFor, startServer, withProperties, type RunningServer, type ServerOptions } from './running-server';

export interface RabbitmqOptions extends ServerOptions {
  /** Whether to enable the management plugin and its HTTP API (slower start). */
  management?: boolean;
}

export interface RabbitmqServer extends RunningServer {
  /** `http://user:password@host:port`; `undefined` without the management plugin. */
  readonly managementUrl: string | undefined;
}

/** Starts a RabbitMQ with the user guest/guest. Takes about 6 s. @throws MissingProgramError */
export async function startRabbitmq(options: RabbitmqOptions = {}): Promise<RabbitmqServer> {
  const [program, epmd] = [requireProgram('rabbitmq-server'), requireProgram('epmd')];
  const place = await placeFor('rabbitmq', options);
  const { port, directory } = place;
  const epmdPort = await freePort();
  const managementPort = options.management ? await freePort() : undefined;

  const file = (name: string, content = '') => {
    const path = join(directory, name);
    writeFileSync(path, content);
    return path;
  };
  const folder = (name: string) => {
    const path = join(directory, name);
    mkdirSync(path, { recursive: true });
    return path;
  };
  const config = [`listeners.tcp.1 = 127.0.0.1:${port}`, 'loopback_users = none'];
  if (managementPort !== undefined)
    config.push(`management.tcp.port = ${managementPort}`, 'management.tcp.ip = 127.0.0.1');

  const epmdEnv = { ERL_EPMD_PORT: `${epmdPort}`, ERL_EPMD_ADDRESS: '127.0.0.1' };
  const env = {
    ...epmdEnv,
    HOME: directory,
    // the start script then replaces itself by the server, instead of waiting for it in a shell
    RUNNING_UNDER_SYSTEMD: 'true',
    RABBITMQ_NODENAME: `onehertz-${port}@localhost`,
    RABBITMQ_DIST_PORT: `${await freePort()}`,
    RABBITMQ_MNESIA_BASE: folder('mnesia'),
    RABBITMQ_LOG_BASE: folder('log'),
    RABBITMQ_LOGS: '-',
    RABBITMQ_ENABLED_PLUGINS_FILE: file('enabled_plugins', options.management ? '[rabbitmq_management].' : '[].'),
    RABBITMQ_CONFIG_FILE: file('rabbitmq.conf', `${config.join('\n')}\n`),
    RABBITMQ_CONF_ENV_FILE: file('rabbitmq-env.conf'),
    RABBITMQ_PID_FILE: join(directory, 'pid'),
    RABBITMQ_FEATURE_FLAGS_FILE: join(directory, 'feature_flags'),
    RABBITMQ_GENERATED_CONFIG_DIR: folder('generated'),
    // one scheduler is enough here, and it must not busy-wait
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none',
  };

  const url = `amqp://guest:guest@127.0.0.1:${port}`;
  const managementUrl = managementPort === undefined ? undefined : `http://guest:guest@127.0.0.1:${managementPort}`;
  const server = await startServer(
    {
      name: 'rabbitmq',
      commands: [
        // In the foreground; otherwise the server would start it as a daemon that outlives the server.
        { program: epmd, args: ['-port', `${epmdPort}`, '-address', '127.0.0.1'], env: epmdEnv, cwd: directory },
        { program, args: [], env, cwd: directory },
      ],
      url,
      ready: async () => (await acceptsAmqp(url)) && (managementPort === undefined || answersHttp(managementPort)),
      readyTimeoutMs: 90_000,
    },
    place,
    options.onLine
  );
  return withProperties(server, { managementUrl });
}

async function acceptsAmqp(url: string): Promise<boolean> {
  const connection = await connect(url, { timeout: 2000, noDelay: true });
  connection.on('error', () => undefined);
  await connection.close();
  return true;
}

function answersHttp(port: number): Promise<boolean> {
  const authorization = `Basic ${Buffer.from('guest:guest').toString('base64')}`;
  return isHttpOk(`http://127.0.0.1:${port}/api/overview`, { authorization });
}
