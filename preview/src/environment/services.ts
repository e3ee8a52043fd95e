/** The services that Grafana registers at start for its libraries. */
import { EventBusSrv, type PanelPlugin, standardTransformers, standardTransformersRegistry } from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import {
  type EchoSrv,
  type GrafanaLiveSrv,
  setAppEvents,
  setBackendSrv,
  type BackendSrv,
  setDataSourceSrv,
  type DataSourceSrv,
  setEchoSrv,
  setGrafanaLiveSrv,
  setPluginImportUtils,
  setRunRequest,
  setTemplateSrv,
} from '@grafana/runtime';
import { uniqBy } from 'lodash';
import { registerStandardFieldConfig } from '../editor/field-config';
import { registerStandardEditors } from '../editor/standard-editors';
import { runRequest } from './run-request';
import { templateService } from './template-service';

export interface ServiceOptions {
  live: GrafanaLiveSrv;
  dataSources: DataSourceSrv;
  /** The panel plugin with this id; a placeholder for Grafana's built-in panels. */
  panel(id: string): PanelPlugin;
}

export async function registerServices({ live, dataSources, panel }: ServiceOptions): Promise<void> {
  await initPluginTranslations('grafana');
  setAppEvents(new EventBusSrv());
  setEchoSrv(silentEcho);
  setBackendSrv(noBackend());
  setTemplateSrv(templateService);
  setDataSourceSrv(dataSources);
  setGrafanaLiveSrv(live);
  setRunRequest(runRequest);
  setPluginImportUtils({ importPanelPlugin: (id) => Promise.resolve(panel(id)), getPanelPluginFromCache: panel });
  registerStandardEditors();
  registerStandardFieldConfig();
  registerTransformers();
}

/** Without them, scenes skip all transformations of a panel silently. */
function registerTransformers(): void {
  standardTransformersRegistry.setInit(() =>
    // some are listed under two names
    uniqBy(Object.values(standardTransformers), 'id').map((transformer) => ({
      id: transformer.id,
      name: transformer.name,
      description: transformer.description,
      transformation: () => Promise.resolve(transformer),
      editor: () => null,
      imageDark: '',
      imageLight: '',
    }))
  );
}

/** Usage statistics, which the preview does not collect. */
const silentEcho: EchoSrv = {
  flush: () => undefined,
  addBackend: () => undefined,
  addEvent: () => undefined,
  onInteraction: () => () => undefined,
};

/** Grafana's HTTP API, which is not available; requests are rejected. */
function noBackend(): BackendSrv {
  return new Proxy({} as BackendSrv, {
    get: (_target, method) => () => {
      throw new Error(`the preview has no Grafana server to ask (${String(method)})`);
    },
  });
}
