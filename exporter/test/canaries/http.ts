/** Components of a probe that asks over HTTP, with a canary wherever a secret can stand. */
import { basic } from '../http/web-support';
import type { CanaryPlaces, Fields } from '../probes/kit/checks';
import { canary, inUrl } from './canary';

export function httpCanaries({ hosts: [nowhere = '', own = '', other = ''] }: CanaryPlaces): Fields[] {
  const login = `watcher:${inUrl('password')}`;
  const targets = [`${nowhere}/health`, `${own}/good`, `${own}/bad`, `${own}/plain`, `${other}/x`];
  return targets.flatMap((target) => [
    { url: `http://${login}@${target}` },
    { url: `http://${inUrl('only')}@${target}` },
    { url: `http://${target}?access_token=${inUrl('query')}&x=1` },
    { url: `http://${target}`, bearer_token: canary('bearer') },
    { url: `http://${target}`, headers: { 'X-Api-Key': canary('header') } },
    { url: `http://${target}`, headers: { Cookie: `session=${canary('cookie')}; theme=dark` } },
    { url: `http://${target}`, headers: { Authorization: basic('watcher', canary('basic')) } },
  ]);
}
