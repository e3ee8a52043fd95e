/** Options: visible parts of a component and of the board. */
import type { PanelOptionsEditorBuilder } from '@grafana/data';
import { choices } from './multi-select';
import { DEFAULT_OPTIONS as defaults, type Part, type StatusPanelOptions } from './options';

const category = ['Content'];

export function addContentOptions(builder: PanelOptionsEditorBuilder<StatusPanelOptions>): void {
  builder
    .addTextInput({
      path: 'detailsOf',
      name: 'Details of',
      description:
        'The name of one component, or a variable of it: the panel shows everything about it in place of the board.',
      category,
      defaultValue: defaults.detailsOf,
      settings: { placeholder: '$component' },
    })
    .addBooleanSwitch({
      path: 'showOverview',
      name: 'Overview',
      description: 'How the whole system is, and how many components of each section are up.',
      category,
      defaultValue: defaults.showOverview,
    })
    .addBooleanSwitch({
      path: 'showToolbar',
      name: 'Toolbar',
      description: 'Filter, sort, view, copy and refresh. Hidden if there is no room.',
      category,
      defaultValue: defaults.showToolbar,
    })
    .addMultiSelect({
      path: 'parts',
      name: 'Details',
      description: 'What cards and rows show in addition to name and status.',
      category,
      defaultValue: defaults.parts,
      settings: {
        options: choices<Part>([
          { value: 'responseTime', label: 'Response time' },
          { value: 'sparkline', label: 'Sparkline' },
          { value: 'history', label: 'History strip' },
          { value: 'message', label: 'Message or error' },
          { value: 'since', label: 'Since' },
          { value: 'details', label: 'Version and figures' },
        ]),
      },
    })
    .addSliderInput({
      path: 'cardWidth',
      name: 'Card width',
      description: 'Least width of a card in pixels.',
      category,
      defaultValue: defaults.cardWidth,
      settings: { min: 160, max: 480, step: 20 },
      showIf: ({ view }) => view === 'grid' || view === 'auto',
    });
}
