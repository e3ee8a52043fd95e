/** Options: how data is interpreted. */
import type { PanelOptionsEditorBuilder } from '@grafana/data';
import { HistorySourceEditor } from './HistorySourceEditor';
import { DEFAULT_OPTIONS as defaults, type StatusPanelOptions } from './options';

const category = ['Data'];

export function addDataOptions(builder: PanelOptionsEditorBuilder<StatusPanelOptions>): void {
  builder
    .addNumberInput({
      path: 'historyMinutes',
      name: 'History',
      description:
        'Minutes that sparkline and strip look back. 0: as long as the dashboard’s time range, but no more than a day.',
      category,
      defaultValue: defaults.historyMinutes,
      settings: { min: 0, max: 1440, integer: true },
    })
    .addNumberInput({
      path: 'staleAfterSeconds',
      name: 'Stale after',
      description:
        'Seconds without new data after which a component counts as unknown. 0: three intervals of its source.',
      category,
      defaultValue: defaults.staleAfterSeconds,
      settings: { min: 0, max: 86_400 },
    })
    .addTextInput({
      path: 'componentLabel',
      name: 'Component label',
      description: 'The label that names a component; several, separated by commas, if one is not enough.',
      category,
      defaultValue: defaults.componentLabel,
      settings: { placeholder: defaults.componentLabel },
    })
    .addCustomEditor({
      id: 'historySource',
      path: 'historySource',
      name: 'History from',
      description:
        'A Prometheus data source. Queried once when the panel opens and when the time range changes, and every 10 s while nothing is pushed.',
      category,
      defaultValue: defaults.historySource,
      editor: HistorySourceEditor,
    })
    .addTextInput({
      path: 'historyMatchers',
      name: 'History of',
      description: 'Label matchers, if that data source has components that are not shown here.',
      category,
      defaultValue: defaults.historyMatchers,
      settings: { placeholder: 'job="onehertz"' },
      showIf: ({ historySource }) => Boolean(historySource),
    });
}
