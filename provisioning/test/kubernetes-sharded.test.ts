/** The manifests of several exporters: the StatefulSet is the Deployment, but for what makes it several. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../src/files';
import { text } from './compose-file';

const read = <T>(file: string) => parse(text(`deploy/${file}`)) as T;

interface EnvironmentVariable {
  name: string;
  value?: string;
  valueFrom?: { fieldRef: { fieldPath: string } };
}
interface Container {
  env?: EnvironmentVariable[];
  resources?: unknown;
}
interface Workload {
  metadata: { name: string };
  spec: {
    replicas: number;
    serviceName?: string;
    podManagementPolicy?: string;
    template: { spec: { containers: Container[]; volumes: { name: string }[] } };
    volumeClaimTemplates?: { metadata: { name: string } }[];
  };
}
interface Kustomization {
  namespace: string;
  labels: unknown;
  images: unknown;
  resources: string[];
  patches: { target: { kind: string; name: string }; patch: string }[];
}

const set = read<Workload>('kubernetes-sharded/stateful-set.yml');
const deployment = read<Workload>('kubernetes/deployment.yml');
const [container] = set.spec.template.spec.containers as [Container];
const variable = (name: string) => container.env?.find((one) => one.name === name);

test('every pod is told its shard by its name, and all of them how many there are', () => {
  const flags = text('exporter/src/cli/placement-flags.ts');
  for (const { name } of container.env ?? []) expect(flags).toContain(`.env('${name}')`);
  expect(variable('ONEHERTZ_SHARD_INDEX')?.valueFrom).toEqual({ fieldRef: { fieldPath: 'metadata.name' } });
  expect(variable('ONEHERTZ_SHARD_TOTAL')?.value).toBe(String(set.spec.replicas));
  expect(set.spec.replicas).toBeGreaterThan(1);
  expect(set.spec.podManagementPolicy).toBe('Parallel');
});

test('beside that, the resources and the volume of their own the pods are those of the deployment', () => {
  const claims = set.spec.volumeClaimTemplates?.map(({ metadata }) => metadata.name) ?? [];
  expect(claims).toEqual(['state']);
  const template = ({ spec }: Workload) => {
    const { template: pod } = structuredClone(spec);
    pod.spec.volumes = pod.spec.volumes.filter(({ name }) => !claims.includes(name));
    for (const one of pod.spec.containers) {
      delete one.env;
      delete one.resources;
    }
    return pod;
  };
  expect(template(set)).toEqual(template(deployment));
});

test('the kustomization puts it in the place of the deployment, and changes what there is', () => {
  const base = read<Kustomization>('kubernetes/kustomization.yml');
  const overlay = read<Kustomization>('kubernetes-sharded/kustomization.yml');
  expect(overlay).toMatchObject({ namespace: base.namespace, labels: base.labels, images: base.images });
  for (const resource of overlay.resources)
    expect(existsSync(join(ROOT, 'deploy', 'kubernetes-sharded', resource))).toBe(true);
  const manifests = base.resources.map((file) =>
    read<{ kind: string; metadata: { name: string } }>(`kubernetes/${file}`)
  );
  for (const { target } of overlay.patches)
    expect(manifests.map(({ kind, metadata }) => ({ kind, name: metadata.name }))).toContainEqual(target);
  expect(parse(overlay.patches[0]?.patch ?? '')).toMatchObject({ $patch: 'delete', kind: 'Deployment' });
  expect(set.metadata.name).toBe(deployment.metadata.name);
  expect(set.spec.serviceName).toBe('onehertz');
});

test('each pod is an instance of its own in Prometheus', () => {
  const { spec } = read<{ spec: { endpoints: { relabelings: { targetLabel?: string }[] }[] } }>(
    'kubernetes/service-monitor.yml'
  );
  // what the patch replaces by its place
  expect(spec.endpoints[0]?.relabelings[0]?.targetLabel).toBe('instance');
  const patch = read<Kustomization>('kubernetes-sharded/kustomization.yml').patches.find(
    ({ target }) => target.kind === 'ServiceMonitor'
  );
  expect(parse(patch?.patch ?? '')).toEqual([
    {
      op: 'replace',
      path: '/spec/endpoints/0/relabelings/0',
      value: { sourceLabels: ['__meta_kubernetes_pod_name'], targetLabel: 'instance' },
    },
  ]);
});
