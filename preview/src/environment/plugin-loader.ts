/** Loads the built plugin as Grafana does: an AMD module through SystemJS, with the host's libraries instead of its own. */
import 'systemjs';
import * as emotionCss from '@emotion/css';
import { type PanelPlugin, type PanelPluginMeta, PluginType } from '@grafana/data';
import * as grafanaData from '@grafana/data';
import * as grafanaRuntime from '@grafana/runtime';
import * as grafanaUi from '@grafana/ui';
import * as i18next from 'i18next';
import lodash from 'lodash';
import * as react from 'react';
import * as jsxDevRuntime from 'react/jsx-dev-runtime';
import * as jsxRuntime from 'react/jsx-runtime';
import * as reactDom from 'react-dom';
import * as reactRouter from 'react-router-dom';
import * as rxjs from 'rxjs';
import * as rxjsOperators from 'rxjs/operators';
import { PanelDataErrorView } from './panel-data-error-view';

export const PLUGIN_ID = 'onehertz-status-panel';
const PLUGIN_PATH = `/plugins/${PLUGIN_ID}`;

/** What Grafana shares with plugins, as far as the preview has it. */
const SHARED: Record<string, object> = {
  '@emotion/css': emotionCss,
  '@grafana/data': grafanaData,
  // Grafana sets its error view through an entry point that the published package does not have
  '@grafana/runtime': { ...grafanaRuntime, PanelDataErrorView },
  '@grafana/ui': grafanaUi,
  i18next,
  lodash,
  react,
  'react-dom': reactDom,
  'react-router': reactRouter,
  'react-router-dom': reactRouter,
  'react/jsx-dev-runtime': jsxDevRuntime,
  'react/jsx-runtime': jsxRuntime,
  rxjs,
  'rxjs/operators': rxjsOperators,
};

interface PluginModule {
  plugin?: PanelPlugin;
}

/** A module that awaits at its top level exports a promise as its default. */
interface LoadedModule extends PluginModule {
  default?: PluginModule | Promise<PluginModule>;
}

/**
 * Imports `module.js` and gives the plugin the meta data of its `plugin.json`.
 * @throws Error that says what could not be loaded
 */
export async function loadPlugin(): Promise<PanelPlugin> {
  const meta = await readMeta();
  shareLibraries();
  // The AMD extra defines `define`, which the page's own libraries would take for theirs: it comes last and goes at once.
  await import('systemjs/dist/extras/amd.js');
  const imported = await System.import<LoadedModule>(`${PLUGIN_PATH}/module.js`);
  Reflect.deleteProperty(window, 'define');
  const { plugin } = await (imported.default ?? imported);
  if (!plugin) throw new Error(`${PLUGIN_PATH}/module.js has no export "plugin"`);
  plugin.meta = meta;
  return plugin;
}

function shareLibraries(): void {
  const imports: Record<string, string> = {};
  for (const [name, namespace] of Object.entries(SHARED)) {
    imports[name] = `package:${name}`;
    System.set(`package:${name}`, { default: namespace, ...namespace, __esModule: true });
  }
  System.addImportMap({ imports });
}

async function readMeta(): Promise<PanelPluginMeta> {
  const response = await fetch(`${PLUGIN_PATH}/plugin.json`);
  if (!response.ok) throw new Error(`${PLUGIN_PATH}/plugin.json: ${response.status}; was the plugin built?`);
  const json = (await response.json()) as Pick<PanelPluginMeta, 'id' | 'name' | 'info'>;
  return {
    ...json,
    type: PluginType.panel,
    sort: 100,
    module: `${PLUGIN_PATH}/module.js`,
    baseUrl: PLUGIN_PATH,
  };
}
