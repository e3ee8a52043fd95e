/** Options: layout of the board. */
import type { PanelOptionsEditorBuilder } from '@grafana/data';
import { STATUSES, statusWord } from '@onehertz/contract';
import { choices } from './multi-select';
import { DEFAULT_OPTIONS as defaults, type StatusPanelOptions } from './options';

const category = ['View'];

export function addViewOptions(builder: PanelOptionsEditorBuilder<StatusPanelOptions>): void {
  builder
    .addRadio({
      path: 'view',
      name: 'View',
      description: 'Auto chooses by the number of components and the size of the panel.',
      category,
      defaultValue: defaults.view,
      settings: {
        options: [
          { value: 'auto', label: 'Auto' },
          { value: 'grid', label: 'Grid', description: 'A card for each component' },
          { value: 'compact', label: 'Compact', description: 'A honeycomb, for hundreds of components' },
          { value: 'table', label: 'Table', description: 'A row for each component' },
        ],
      },
    })
    .addSelect({
      path: 'groupBy',
      name: 'Sections',
      description: 'One section for each value of this label. Any label of your components can be typed in.',
      category,
      defaultValue: defaults.groupBy,
      settings: {
        allowCustomValue: true,
        options: [
          { value: 'kind', label: 'Kind' },
          { value: 'type', label: 'Type' },
          { value: 'status', label: 'Status' },
          { value: '', label: 'None' },
        ],
      },
    })
    .addSelect({
      path: 'sortBy',
      name: 'Sort',
      description: 'The order is kept while the pointer or the focus is in the panel.',
      category,
      defaultValue: defaults.sortBy,
      settings: {
        options: [
          { value: 'severity', label: 'Worst first' },
          { value: 'name', label: 'By name' },
          { value: 'latency', label: 'Slowest first' },
          { value: 'source', label: 'As in the data' },
        ],
      },
    })
    .addMultiSelect({
      path: 'statuses',
      name: 'Only these statuses',
      description: 'Leave empty to show all components.',
      category,
      defaultValue: defaults.statuses,
      settings: { options: choices(STATUSES.map((value) => ({ value, label: statusWord(value) }))) },
    });
}
