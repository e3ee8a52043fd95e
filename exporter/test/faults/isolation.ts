/** Files of its own in /etc and /proc for one process: a mount namespace, which a user has without being root where user namespaces are allowed. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const isRoot = process.getuid?.() === 0;

/** What to start a process with, followed by a shell that mounts and then becomes the process. */
export const UNSHARE: readonly string[] = ['unshare', ...(isRoot ? [] : ['--user', '--map-root-user']), '--mount'];

export const canIsolate = spawnSync(UNSHARE[0] as string, [...UNSHARE.slice(1), 'true']).status === 0;

/** Whether this user may listen on port 53, where resolvers ask. */
export const canServeNames =
  isRoot || Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8')) <= 53;
