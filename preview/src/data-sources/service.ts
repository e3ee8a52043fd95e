/** Finds the data source that a dashboard names. Dashboards carry uids of provisioned sources; here the type decides. */
import type { DataSourceRef, ScopedVars } from '@grafana/data';
import { type DataSourceSrv, getTemplateSrv } from '@grafana/runtime';
import { GrafanaDataSource } from './grafana';
import { MixedDataSource } from './mixed';
import { PrometheusDataSource } from './prometheus';
import type { PreviewDataSource } from './settings';

type Ref = DataSourceRef | string | null;

export function createDataSourceService(): DataSourceSrv {
  const live = new GrafanaDataSource();
  const mixed = new MixedDataSource();
  const prometheus = new PrometheusDataSource();
  const all: PreviewDataSource[] = [prometheus, live, mixed];

  const find = (ref: Ref | undefined, scopedVars?: ScopedVars): PreviewDataSource | undefined => {
    const named = typeof ref === 'string' ? { uid: ref } : (ref ?? {});
    const uid = getTemplateSrv().replace(named.uid, scopedVars);
    if (uid === '-- Mixed --') return mixed;
    if (uid === 'grafana' || uid === '-- Grafana --') return live;
    if (named.type) return all.find(({ type }) => type === named.type);
    // without a type it is the default data source, or the value of a data source variable
    return prometheus;
  };

  return {
    get: (ref, scopedVars) => {
      const found = find(ref, scopedVars);
      if (found) return Promise.resolve(found);
      const { type, uid } = ref as DataSourceRef;
      return Promise.reject(new Error(`the preview has no data source of type "${type}" (${uid})`));
    },
    getInstanceSettings: (ref, scopedVars) => find(ref, scopedVars)?.settings,
    getList: ({ type, pluginId } = {}) => {
      const types = [type ?? pluginId ?? []].flat();
      return all.filter((source) => types.length === 0 || types.includes(source.type)).map(({ settings }) => settings);
    },
    reload: () => Promise.resolve(),
    registerRuntimeDataSource: () => undefined,
  };
}
