/** A component that comes while the exporter runs. */
import type { ComponentConfig } from '../world';
import type { Site } from './site';

/** Adds one to the exporter's configuration, for the running step. @returns its name */
export async function addComponent(site: Site): Promise<string> {
  const added = free(site);
  site.undo('the list of components', () => site.world.reconfigure(site.components));
  await site.world.reconfigure([...site.components, added]);
  return added.name;
}

function free({ targets, names }: Site): ComponentConfig {
  const service = targets.components.find(({ name }) => !names.includes(name));
  if (!service) throw new Error('no service is free');
  return service;
}
