/** The manifests: what they name exists, and they say the same as the rest. The API's own schema is not at hand here. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../src/files';
import { prometheusRule } from '../src/rules/prometheus-rule';
import { text } from './compose-file';

const folder = 'deploy/kubernetes';
interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
}
interface Kustomization {
  resources: string[];
  configMapGenerator: { name: string; files: string[] }[];
  images: { name: string; newTag: string }[];
}
interface Probe {
  httpGet: { path: string; port: string };
}
interface Container {
  image: string;
  args: string[];
  ports: { name: string; containerPort: number }[];
  startupProbe: Probe;
  livenessProbe: Probe;
  readinessProbe: Probe;
  resources: { requests: Record<string, string>; limits: Record<string, string> };
  securityContext: Record<string, unknown>;
  volumeMounts: { name: string; mountPath: string }[];
}
interface Deployment extends Manifest {
  spec: {
    replicas: number;
    strategy: { type: string };
    template: {
      spec: {
        serviceAccountName: string;
        securityContext: Record<string, unknown>;
        containers: Container[];
        volumes: {
          name: string;
          configMap?: { name: string };
          secret?: { secretName: string };
          persistentVolumeClaim?: { claimName: string };
        }[];
      };
    };
  };
}

const read = <T>(file: string) => parse(text(`${folder}/${file}`)) as T;
const kustomization = read<Kustomization>('kustomization.yml');
const deployment = read<Deployment>('deployment.yml');
const pod = deployment.spec.template.spec;
const [container] = pod.containers as [Container];

test('every resource exists, once', () => {
  for (const file of kustomization.resources) expect(existsSync(join(ROOT, folder, file))).toBe(true);
  const kinds = kustomization.resources.map((file) => read<Manifest>(file).kind);
  expect(kinds.sort()).toEqual([
    'Deployment',
    'PersistentVolumeClaim',
    'PrometheusRule',
    'Service',
    'ServiceAccount',
    'ServiceMonitor',
  ]);
});

test('the image is the one that compose builds', () => {
  const image = kustomization.images.find(({ name }) => name === container.image);
  expect(text('docker-compose.yml')).toContain(`image: ${image?.name}:${image?.newTag}`);
});

test('probes ask paths that the exporter has, at the port that it listens on', () => {
  const routes = text('exporter/src/http/lifecycle.ts');
  for (const { httpGet } of [container.startupProbe, container.livenessProbe, container.readinessProbe]) {
    expect(routes).toContain(`'${httpGet.path}'`);
    expect(httpGet.port).toBe(container.ports[0]?.name);
  }
  const service = read<{ spec: { ports: { name: string; port: number; targetPort: string }[] } }>('service.yml');
  expect(service.spec.ports).toEqual([{ name: 'http', port: container.ports[0]?.containerPort, targetPort: 'http' }]);
});

test('the pod has no right that it does not need, and room to run', () => {
  expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
  expect(container.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
  expect(container.resources.requests).toHaveProperty('cpu');
  expect(container.resources.limits).toEqual({ memory: '256Mi' });
  expect(deployment.spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
  expect(pod.serviceAccountName).toBe(read<Manifest>('service-account.yml').metadata.name);
});

test('configuration and secrets are mounted where they are looked for', () => {
  const at = (name: string) => container.volumeMounts.find((mount) => mount.name === name)?.mountPath ?? '';
  const [config] = kustomization.configMapGenerator;
  expect(pod.volumes.find(({ configMap }) => configMap)?.configMap?.name).toBe(config?.name);
  expect(container.args).toContain(`--config.file=${at('config')}/${config?.files[0]}`);
  expect(existsSync(join(ROOT, folder, config?.files[0] ?? ''))).toBe(true);
  for (const [, path] of text(`${folder}/onehertz.yml`).matchAll(/_file: (\/\w+)\//g)) expect(path).toBe(at('secrets'));
  // the page names every key that the Secret must have
  const guide = text('docs/deploy.md');
  for (const [, key] of text(`${folder}/onehertz.yml`).matchAll(/_file: \/secrets\/(\w+)/g))
    expect(guide).toContain(`--from-literal=${key}=`);
});

test('since when components are up or down is kept on a volume, by one pod as by each of several', () => {
  const { args, volumeMounts } = container;
  const { mountPath } = volumeMounts.find(({ name }) => name === 'state') ?? {};
  expect(args).toContain(`--state.file=${mountPath}/state.json`);
  const claim = pod.volumes.find(({ name }) => name === 'state')?.persistentVolumeClaim?.claimName;
  expect(claim).toBe(read<Manifest>('volume-claim.yml').metadata.name);
  const several = parse(text('deploy/kubernetes-sharded/stateful-set.yml')) as Deployment & {
    spec: { volumeClaimTemplates: Manifest[] };
  };
  const [each] = several.spec.template.spec.containers;
  expect(each).toMatchObject({ args, volumeMounts });
  expect(several.spec.volumeClaimTemplates.map(({ metadata }) => metadata.name)).toEqual(['state']);
  // and as deploy.md says, with compose and systemd
  expect(text('docker-compose.yml')).toContain(`--state.file=${mountPath}/state.json`);
  expect(text('docs/deploy.md').match(/--state\.file=\S+/g)).toHaveLength(3);
});

test('prometheus scrapes it as the rules expect', () => {
  const { spec } = read<{ spec: { jobLabel: string; endpoints: { interval: string; path: string; port: string }[] } }>(
    'service-monitor.yml'
  );
  expect(spec.jobLabel).toBe('app.kubernetes.io/name');
  expect(text(`${folder}/kustomization.yml`)).toContain('app.kubernetes.io/name: onehertz');
  expect(text('prometheus.yml')).toContain('job_name: onehertz');
  expect(spec.endpoints[0]).toMatchObject({ interval: '1s', path: '/metrics', port: 'http' });
});

describe('prometheus-rule.yml', () => {
  test('is what its source says (npm run rules -w provisioning)', () => {
    expect(text(`${folder}/prometheus-rule.yml`)).toBe(prometheusRule({}));
  });

  test('can be made with links of one’s own', () => {
    const own = prometheusRule({
      grafana: 'https://grafana.example.org/',
      runbooks: 'https://wiki.example.org/alerts',
    });
    expect(own).toContain('dashboard_url: https://grafana.example.org/d/onehertz-component?var-component=');
    expect(own).toContain('runbook_url: https://wiki.example.org/alerts/ComponentDown.md');
    expect(own).not.toContain('localhost:3000');
  });
});
