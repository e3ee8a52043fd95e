/** The Dockerfiles, without an engine: by a linter, and what they copy, run and expose. */
import { validate } from 'dockerfile-utils';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../src/files';
import { portOf, readCompose, text } from './compose-file';

const compose = readCompose();
const builds = Object.entries(compose.services).flatMap(([name, { build }]) => (build ? [{ name, ...build }] : []));
const files = [...new Set(builds.map(({ dockerfile }) => dockerfile))];
const ignored = text('.dockerignore')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#') && !line.includes('*'));

const linesOf = (file: string) => text(file).replace(/\\\n/g, ' ').split('\n');
const stagesOf = (file: string) =>
  linesOf(file).flatMap((line) => {
    const [, image, name] = /^FROM (\S+)(?: AS (\S+))?$/.exec(line) ?? [];
    return image ? [{ image, name }] : [];
  });

/** By the dependencies in package.json and the references of the compiler, and those of these; what only tests use is not in images. */
function workspacesNeededBy(workspace: string): string[] {
  const { dependencies = {} } = JSON.parse(text(`${workspace}/package.json`)) as {
    dependencies?: Record<string, string>;
  };
  const { references = [] } = JSON.parse(text(`${workspace}/tsconfig.json`)) as { references?: { path: string }[] };
  const direct = [
    ...Object.keys(dependencies).filter((name) => name.startsWith('@onehertz/')),
    // what is not beside it is a part of it
    ...references.map(({ path }) => path).filter((path) => path.startsWith('../')),
  ].map((name) => name.split('/')[1] ?? '');
  return [...new Set(direct.flatMap((name) => [name, ...workspacesNeededBy(name)]))];
}

test('all images that are built have a Dockerfile, with the stage that is asked for', () => {
  expect(files.sort()).toEqual(['demo/Dockerfile', 'exporter/Dockerfile', 'grafana-plugin/Dockerfile']);
  for (const { dockerfile, target, context } of builds) {
    expect(context).toBe('.');
    if (target) expect(stagesOf(dockerfile).map(({ name }) => name)).toContain(target);
  }
});

describe.each(files)('%s', (file) => {
  test('passes the linter', () => {
    expect(
      validate(text(file)).map(({ message, range }) => `${range.start.line + 1}: ${JSON.stringify(message)}`)
    ).toEqual([]);
    // it would notice
    expect(validate('FROM a\nCOPPY b c\n')).not.toEqual([]);
  });

  test('is built in stages from images of one version', () => {
    const stages = stagesOf(file);
    expect(stages.length).toBeGreaterThan(1);
    for (const { image } of stages) expect(image).toMatch(/:\d+\.\d+\.\d+/);
    expect(stages[0]?.image).toBe('node:22.23.2-alpine');
  });

  test('ends as somebody else than root', () => {
    const finals = text(file)
      .split(/^FROM /m)
      .slice(2);
    for (const stage of finals) expect(stage).toMatch(/^USER [1-9]\d*(:\d+)?$/m);
  });

  test('copies what is there and is not ignored', () => {
    const copied = linesOf(file).flatMap((line) => /^COPY (?!--from)(.+) \S+$/.exec(line)?.[1]?.split(' ') ?? []);
    expect(copied.length).toBeGreaterThan(2);
    for (const path of copied) {
      expect({ path, exists: existsSync(join(ROOT, path)) }).toEqual({ path, exists: true });
      expect(ignored).not.toContain(path.split('/')[0]);
    }
  });

  test('copies the workspaces that its own needs, before and after the packages are installed', () => {
    const needed = workspacesNeededBy(file.split('/')[0] ?? '');
    const copied = linesOf(file).flatMap((line) => /^COPY (?!--from)(\S+) \S+$/.exec(line)?.[1] ?? []);
    for (const workspace of needed)
      expect(copied).toEqual(expect.arrayContaining([workspace, `${workspace}/package.json`]));
    expect(needed).toContain('contract');
  });

  test('installs by the lock file, and runs no script of a package', () => {
    for (const command of text(file).match(/npm (ci|install)[^\n]*/g) ?? [])
      expect(command).toMatch(/^npm ci .*--ignore-scripts/);
  });
});

test('the exporter listens where everybody looks for it', () => {
  const port = portOf('exporter', compose.services.exporter ?? { image: '', restart: '' });
  expect(text('exporter/Dockerfile')).toContain(`EXPOSE ${port}`);
  expect(text('exporter/src/cli.ts')).toContain(`':${port}'`);
  expect(text('prometheus.yml')).toContain(`exporter:${port}`);
  expect(text('deploy/kubernetes/deployment.yml')).toContain(`containerPort: ${port}`);
});

test('grafana loads the panel that the dashboards use', () => {
  const { id } = JSON.parse(text('grafana-plugin/src/plugin.json')) as { id: string };
  const dockerfile = text('grafana-plugin/Dockerfile');
  expect(dockerfile).toContain(`GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS=${id}`);
  const [, folder] = /GF_PATHS_PLUGINS=(\S+)/.exec(dockerfile) ?? [];
  expect(dockerfile).toMatch(new RegExp(`COPY --from=build /src/grafana-plugin/dist ${folder}/${id}$`, 'm'));
});

test('the worker image has the application that compose starts', () => {
  expect(existsSync(join(ROOT, 'demo/celery/app.py'))).toBe(true);
  for (const [name, { command = [] }] of Object.entries(compose.services))
    if (name.startsWith('celery-worker')) expect(command.join(' ')).toContain('celery -A app worker');
});
