/**
 * The management API of a broker that a test has started with `management`: for what rabbitmqctl does as well, but each call of that
 * program starts an Erlang of its own.
 */
import type { RabbitmqServer } from '@onehertz/demo';
import { connect } from 'amqplib';

/** Permissions of a user in a virtual host: patterns of what it may configure, write and read. */
export type Rights = [configure: string, write: string, read: string];

const ALL: Rights = ['.*', '.*', '.*'];

/**
 * @param path below `/api/`
 * @returns what the answer holds; `undefined` when it holds nothing
 * @throws Error with method, path and HTTP status when it is refused
 */
export async function askManagement(
  server: RabbitmqServer,
  method: 'GET' | 'PUT' | 'DELETE',
  path: string,
  body?: Record<string, unknown>
): Promise<unknown> {
  const { origin, username, password } = new URL(server.managementUrl as string);
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const response = await fetch(`${origin}/api/${path}`, {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: HTTP ${response.status} ${text}`);
  return text === '' ? undefined : (JSON.parse(text) as unknown);
}

/** Adds a virtual host in which `guest` may do all. @returns its URL */
export async function addVhost(server: RabbitmqServer, name: string): Promise<string> {
  await askManagement(server, 'PUT', `vhosts/${name}`, {});
  await setRights(server, name, 'guest', ALL);
  return `${server.url}/${name}`;
}

/** Adds a user with the password `pw`, who may enter no virtual host yet. @returns the broker's URL with its login */
export async function addUser(server: RabbitmqServer, name: string): Promise<string> {
  await askManagement(server, 'PUT', `users/${name}`, { password: 'pw', tags: '' });
  return server.url.replace('guest:guest', `${name}:pw`);
}

export async function setRights(server: RabbitmqServer, vhost: string, user: string, rights: Rights): Promise<void> {
  const [configure, write, read] = rights;
  await askManagement(server, 'PUT', `permissions/${encodeURIComponent(vhost)}/${user}`, { configure, write, read });
}

/** @param limit `max-connections`, `max-queues`, `max-channels` */
export async function setLimit(
  server: RabbitmqServer,
  of: 'vhost' | 'user',
  name: string,
  limit: string,
  value: number
): Promise<void> {
  await askManagement(server, 'PUT', `${of}-limits/${name}/${limit}`, { value });
}

/** Whether this user is told how many messages a queue has. */
export async function mayLookAt(url: string, queue: string): Promise<boolean> {
  const client = await connect(url);
  client.on('error', () => undefined);
  const channel = await client.createChannel();
  channel.on('error', () => undefined);
  const may = await channel.checkQueue(queue).then(
    () => true,
    () => false
  );
  await client.close();
  return may;
}
