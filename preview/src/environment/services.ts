/** The services that Grafana registers at start and its libraries ask for. */
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
  /** The panel plugin of this id; a stand-in for those that live in Grafana itself. */
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

/** Without them the scene skips every transformation of a panel, and says nothing. */
function registerTransformers(): void {
  standardTransformersRegistry.setInit(() =>
    // some stand there under two names
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

/** Grafana's HTTP API. Whoever asks it learns that there is none. */
function noBackend(): BackendSrv {
  return new Proxy({} as BackendSrv, {
    get: (_target, method) => () => {
      throw new Error(`the preview has no Grafana server to ask (${String(method)})`);
    },
  });
}
