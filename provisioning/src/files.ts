/** Where the files are that the servers load. */
import { join } from 'node:path';

/** The repository's root, from the sources and from the build alike. */
export const ROOT = join(__dirname, '..', '..');

export const RULES_GLOB = 'provisioning/prometheus/rules/*.yml';
export const ALERTMANAGER_CONFIG = 'provisioning/alertmanager/alertmanager.yml';
export const DASHBOARDS = 'provisioning/dashboards';
