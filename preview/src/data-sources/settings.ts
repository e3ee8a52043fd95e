/** What the preview's data sources have in common. */
import {
  type DataQuery,
  DataSourceApi,
  type DataSourceInstanceSettings,
  type DataSourceJsonData,
  PluginType,
} from '@grafana/data';

export abstract class PreviewDataSource<TQuery extends DataQuery = DataQuery> extends DataSourceApi<TQuery> {
  constructor(readonly settings: DataSourceInstanceSettings) {
    super(settings);
  }

  /** The "Save & test" of Grafana's data source page, which the preview does not have. */
  override testDatasource(): Promise<never> {
    return Promise.reject(new Error('the preview has no data source settings to test'));
  }
}

/** The settings that Grafana's server would send for a data source. */
export function dataSourceSettings(
  type: string,
  uid: string,
  name: string,
  jsonData: DataSourceJsonData & Record<string, unknown> = {}
): DataSourceInstanceSettings {
  return {
    id: 0,
    uid,
    type,
    name,
    jsonData,
    access: 'proxy',
    readOnly: true,
    meta: {
      id: type,
      name,
      type: PluginType.datasource,
      module: '',
      baseUrl: '',
      // Grafana's own mark: queries of several sources in one request
      mixed: type === 'mixed',
      metrics: true,
      info: {
        author: { name: 'Onehertz preview' },
        description: '',
        links: [],
        logos: { small: '', large: '' },
        screenshots: [],
        updated: '',
        version: '',
      },
    },
  };
}
