import { PanelPlugin } from '@grafana/data';
import { StatusPanel } from './components/StatusPanel';
import { addContentOptions } from './options/content';
import { addDataOptions } from './options/data';
import { fieldConfig } from './options/field-config';
import { migrate } from './options/migrations';
import type { StatusPanelOptions } from './options/options';
import { suggestions } from './options/suggestions';
import { addViewOptions } from './options/view';

export const plugin = new PanelPlugin<StatusPanelOptions>(StatusPanel)
  .useFieldConfig(fieldConfig)
  .setPanelOptions((builder) => {
    addViewOptions(builder);
    addContentOptions(builder);
    addDataOptions(builder);
  })
  .setMigrationHandler(migrate)
  .setSuggestionsSupplier(suggestions);
