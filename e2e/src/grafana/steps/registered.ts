import { readFileSync } from 'node:fs';
import { built } from '../../built';
import { expect, type Step } from '../step';

export const registered: Step = {
  name: 'registered',
  shows: 'The host knows the panel and serves it.',
  async run({ host }) {
    const { version, signature, module } = await host.plugin();
    expect(module.includes('onehertz'), 'module.js is not that of the panel');
    const isThisBuild = module.equals(readFileSync(built('grafana-plugin/dist/module.js')));
    return `version ${version}, signature: ${signature}, ${isThisBuild ? 'this build' : 'another build than grafana-plugin/dist'}`;
  },
};
