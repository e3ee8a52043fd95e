/** docker-compose.yml as compose reads it: anchors merged, defaults of variables filled in. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../src/files';

export interface Service {
  image: string;
  pull_policy?: string;
  build?: { context: string; dockerfile: string; target?: string };
  command?: string[];
  environment?: Record<string, string>;
  volumes?: string[];
  tmpfs?: string[];
  ports?: { host_ip: string; published: string; target: number }[];
  user?: string;
  restart: string;
  read_only?: boolean;
  cap_drop?: string[];
  cap_add?: string[];
  security_opt?: string[];
  network_mode?: string;
  healthcheck?: { test: string[]; interval: string; timeout: string; retries: number };
  depends_on?: Record<string, { condition: string }>;
  deploy?: { resources: { limits: { memory: string } } };
  logging?: unknown;
}
export interface Compose {
  services: Record<string, Service>;
  networks: Record<string, unknown>;
  volumes: Record<string, unknown>;
}

export const text = (file: string) => readFileSync(join(ROOT, file), 'utf8');

/** `${NAME:-default}` becomes its default, `$$` a dollar. */
function interpolate(value: string): string {
  return value.replace(/\$\{\w+:-([^}]*)\}/g, '$1').replaceAll('$$', '$');
}

/** Every service has its anchors: more of them than the parser takes for well-meant. */
export function readCompose(): Compose {
  return parse(interpolate(text('docker-compose.yml')), { merge: true, maxAliasCount: -1 }) as Compose;
}

/** `[source, target]` of each mount of a service. */
export function mountsOf({ volumes = [] }: Service): [string, string][] {
  return volumes.map((volume) => volume.split(':').slice(0, 2) as [string, string]);
}

/** Ports that the programs of the images listen on. */
const IMAGE_PORTS: Record<string, number> = {
  postgres: 5432,
  redis: 6379,
  rabbitmq: 5672,
  minio: 9000,
  prometheus: 9090,
  alertmanager: 9093,
  grafana: 3000,
  exporter: 10111,
};

/** The port at which a service of this compose file listens. */
export function portOf(name: string, { environment }: Service): number | undefined {
  return environment?.PORT === undefined ? IMAGE_PORTS[name] : Number(environment.PORT);
}
