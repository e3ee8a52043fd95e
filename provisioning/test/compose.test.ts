/**
 * docker-compose.yml, without an engine: checked against the specification's schema, with all names in it and in
 * mounted files.
 */
import Ajv from 'ajv';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../src/files';
import { mountsOf, portOf, readCompose, text } from './compose-file';

const compose = readCompose();
const services = Object.entries(compose.services);
const source = text('docker-compose.yml');

test('is valid by the compose specification', () => {
  // dclint carries the schema of the specification; its own rules are about style
  const file = join(dirname(require.resolve('dclint/package.json')), 'schemas', 'compose.schema.json');
  const schema = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  // the draft's name without the "#" by which the validator knows it
  const validate = new Ajv({ strict: false, validateFormats: false }).compile({ ...schema, $schema: undefined });
  const document = readCompose() as unknown as { services: Record<string, object> };
  expect({ valid: validate(document), errors: validate.errors }).toEqual({ valid: true, errors: null });
  // the validator detects errors
  document.services.redis = { image: 'redis', port: 6379 };
  expect(validate(document)).toBe(false);
});

describe.each(services)('%s', (name, service) => {
  test('has no unnecessary privileges', () => {
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.security_opt).toEqual(['no-new-privileges:true']);
    expect(service.read_only).toBe(true);
    // they read the checkout, whoever else may; nobody reaches them
    const readsCheckout = mountsOf(service).some(([from]) => from === '.');
    expect(service.cap_add).toEqual(readsCheckout ? ['DAC_OVERRIDE'] : undefined);
    if (readsCheckout) expect(service.network_mode).toBe('none');
    else if (name !== 'minio') expect(service.user).toMatch(/^(postgres|redis|rabbitmq|[1-9]\d*:\d+)$/);
    if (name !== 'secrets') expect(service.deploy?.resources.limits.memory).toMatch(/^\d+[MG]$/);
    expect(service.logging).toBeDefined();
  });

  test('has a health check, and starts after its dependencies', () => {
    if (name === 'secrets') expect(service.restart).toBe('no');
    else {
      expect(service.restart).toBe('unless-stopped');
      expect(service.healthcheck?.test[0]).toMatch(/^CMD(-SHELL)?$/);
      expect(service.healthcheck?.retries).toBeGreaterThan(0);
    }
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
      const needed = compose.services[other];
      expect({ other, exists: needed !== undefined }).toEqual({ other, exists: true });
      expect(condition).toBe(other === 'secrets' ? 'service_completed_successfully' : 'service_healthy');
    }
  });

  test('waits for the secrets that it reads', () => {
    const reads = mountsOf(service).some(([volume]) => volume === 'secrets') && name !== 'secrets';
    if (reads) expect(allNeeds(name)).toContain('secrets');
  });

  test('has an image with a fixed version', () => {
    const [, tag] = /:([^:@]+)$/.exec(service.image) ?? [];
    expect(tag).toMatch(/\d+\.\d+|RELEASE\.\d{4}/);
    const version = (JSON.parse(text('package.json')) as { version: string }).version;
    if (service.image.startsWith('onehertz/')) expect(service.image).toBe(`${service.image.split(':')[0]}:${version}`);
  });

  test('never pulls an image of ours, whoever may have that name in a registry', () => {
    expect(service.pull_policy).toBe(service.image.startsWith('onehertz/') ? 'never' : undefined);
  });

  test('mounts the checkout as a whole, and keeps data in declared volumes', () => {
    // no single files: one that is put in their place would not be seen
    for (const [from] of mountsOf(service)) if (from !== '.') expect(Object.keys(compose.volumes)).toContain(from);
  });

  test('runs a program that is built', () => {
    for (const word of service.command ?? []) {
      const [, workspace, path] = /^(demo|exporter)\/dist\/(.+)\.js$/.exec(word) ?? [];
      if (workspace) expect(existsSync(join(ROOT, workspace, 'src', `${path}.ts`))).toBe(true);
    }
  });

  test('is published on the loopback interface only, unless configured otherwise', () => {
    for (const port of service.ports ?? [])
      expect(port).toEqual({
        host_ip: '127.0.0.1',
        published: `${portOf(name, service)}`,
        target: portOf(name, service),
      });
    if ((service.ports ?? []).length > 0) expect(['exporter', 'prometheus', 'alertmanager', 'grafana']).toContain(name);
  });
});

function allNeeds(name: string): string[] {
  const direct = Object.keys(compose.services[name]?.depends_on ?? {});
  return direct.flatMap((other) => [other, ...allNeeds(other)]);
}

test('each image of ours is built by one service: two would export one name at once', () => {
  const ours = services.filter(([, { image }]) => image.startsWith('onehertz/'));
  const built = ours.filter(([, { build }]) => build).map(([, { image }]) => image);
  expect(built.sort()).toEqual([...new Set(ours.map(([, { image }]) => image))].sort());
});

test('has no circular dependencies', () => {
  for (const [name] of services) expect(allNeeds(name)).not.toContain(name);
});

test('one network, and every volume is used', () => {
  expect(Object.keys(compose.networks)).toEqual(['default']);
  const used = new Set(services.flatMap(([, service]) => mountsOf(service).map(([from]) => from)));
  for (const volume of Object.keys(compose.volumes)) expect(used).toContain(volume);
});

test('.env.example has the variables of the compose file, and no password', () => {
  const example: Record<string, string> = Object.fromEntries(
    [...text('.env.example').matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value])
  );
  const used = [...source.matchAll(/\$\{(\w+):-([^}]*)\}/g)].map(([, name, value]) => [name, value] as const);
  expect(Object.keys(example).sort()).toEqual([...new Set(used.map(([name]) => name))].sort());
  // a copy of the example changes nothing
  for (const [name, value] of used) expect({ name, value: example[name ?? ''] }).toEqual({ name, value });
  for (const [name, value] of Object.entries(example)) if (name.endsWith('PASSWORD')) expect(value).toBe('');
  // every variable has a default: `docker compose up` alone works
  expect([...source.matchAll(/\$\{(\w+)\}|\$\{\w+:?\?/g)]).toEqual([]);
});

describe('addresses', () => {
  /** `host:port` of every URL and target in a text that names a service of the compose file. */
  const addresses = (content: string) =>
    [...content.matchAll(/(?:[/@'"=]|- )([a-z][a-z0-9-]*):(\d{2,5})\b/g)].map(([, host, port]) => ({
      host: host ?? '',
      port: Number(port),
    }));
  const files = [
    'prometheus.yml',
    'provisioning/alertmanager/alertmanager.yml',
    'provisioning/datasources/onehertz.yml',
    'deploy/compose/onehertz.yml',
    'deploy/compose/secrets.sh',
    'docker-compose.yml',
  ];

  test.each(files)('%s: every one belongs to a service', (file) => {
    const found = addresses(text(file)).filter(({ host }) => host !== 'localhost' && !/^(image|onehertz)$/.test(host));
    expect(found.length).toBeGreaterThan(0);
    for (const { host, port } of found) {
      const service = compose.services[host];
      expect({ file, host, port }).toEqual({ file, host, port: service && portOf(host, service) });
    }
  });

  test('the watched components are the running services', () => {
    const { components } = parse(text('deploy/compose/onehertz.yml')) as {
      components: { name: string; min_workers?: number }[];
    };
    const watchers = [
      'secrets',
      'files',
      'exporter',
      'prometheus',
      'alertmanager',
      'alert-log',
      'grafana',
      'listeners',
    ];
    const names: Record<string, string> = {
      postgres: 'postgresql',
      'celery-worker-1': 'celery',
      'celery-worker-2': 'celery',
    };
    const running = services.map(([name]) => name).filter((name) => !watchers.includes(name));
    expect([...new Set(running.map((name) => names[name] ?? name)), 'inference-model'].sort()).toEqual(
      components.map(({ name }) => name).sort()
    );
    expect(components.find(({ name }) => name === 'celery')?.min_workers).toBe(
      running.filter((name) => name.startsWith('celery-worker')).length
    );
  });
});

describe('paths', () => {
  const folder = mkdtempSync(join(tmpdir(), 'onehertz-compose-paths-'));
  const volumes: Record<string, string> = {
    configuration: join(folder, 'configuration'),
    'grafana-provisioning': join(folder, 'grafana'),
  };
  beforeAll(() => {
    for (const volume of Object.values(volumes)) mkdirSync(volume);
    execFileSync('sh', [join(ROOT, 'deploy', 'compose', 'files.sh'), ROOT, ...Object.values(volumes)]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const inContainer = (name: string, path: string) => {
    const service = compose.services[name];
    const mount = service && mountsOf(service).find(([, target]) => path === target || path.startsWith(`${target}/`));
    return mount && join(volumes[mount[0]] ?? '', path.slice(mount[1].length));
  };
  /** By their places below a folder. */
  const filesIn = (directory: string, suffix: RegExp) =>
    (readdirSync(directory, { recursive: true }) as string[]).filter((file) => suffix.test(file)).sort();

  test("grafana opens a mounted dashboard, and finds the others at the provider's path", () => {
    const home = compose.services.grafana?.environment?.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH ?? '';
    const file = inContainer('grafana', home) ?? '';
    expect((JSON.parse(readFileSync(file, 'utf8')) as { uid: string }).uid).toBe('onehertz-status');
    const { providers } = parse(text('provisioning/dashboards/onehertz.yml')) as {
      providers: { options: { path: string } }[];
    };
    const [provisioning, dashboards] = [join(ROOT, 'provisioning'), /\.json$/];
    for (const { options } of providers)
      expect(filesIn(inContainer('grafana', options.path) ?? '', dashboards)).toEqual(
        filesIn(join(provisioning, 'dashboards'), dashboards)
      );
    expect(filesIn(inContainer('grafana', '/etc/grafana/provisioning/datasources') ?? '', /\.yml$/)).toEqual(
      filesIn(join(provisioning, 'datasources'), /\.yml$/)
    );
  });

  test('prometheus finds its rules relative to its configuration', () => {
    const { rule_files } = parse(text('prometheus.yml')) as { rule_files: string[] };
    for (const glob of rule_files)
      expect(filesIn(inContainer('prometheus', join('/etc/prometheus', dirname(glob))) ?? '', /\.yml$/)).toEqual(
        filesIn(join(ROOT, dirname(glob)), /\.yml$/)
      );
    for (const name of ['prometheus', 'alertmanager', 'exporter']) {
      const flag = compose.services[name]?.command?.find((word) => word.startsWith('--config.file=')) ?? '';
      expect(existsSync(inContainer(name, flag.slice('--config.file='.length)) ?? '')).toBe(true);
    }
  });

  test('every secret that is read is generated', () => {
    const script = text('deploy/compose/secrets.sh');
    const made = new Set(
      [...script.matchAll(/"\$folder\/([\w.]+)"|^password (\w+)/gm)].map(([, file, password]) => file ?? password)
    );
    const read = [source, text('deploy/compose/onehertz.yml')].flatMap((content) =>
      [...content.matchAll(/\/secrets\/([\w.]+)/g)].map(([, file]) => file)
    );
    expect(read.length).toBeGreaterThan(8);
    for (const file of read) expect(made).toContain(file);
  });
});

test('each worker is pinged by its own name', () => {
  for (const [name, { command = [], healthcheck }] of services.filter(([name]) => name.startsWith('celery-worker'))) {
    expect(command.join(' ')).toContain(`--hostname ${name}@demo`);
    expect(healthcheck?.test.join(' ')).toContain(`-d ${name}@demo`);
  }
  expect(source.match(/--beat/g)).toHaveLength(1);
});
