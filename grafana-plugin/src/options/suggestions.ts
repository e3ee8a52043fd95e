/** Suggests the panel in the visualization picker for data of a status board. */
import {
  VisualizationSuggestionScore,
  type DataFrame,
  type PanelData,
  type VisualizationSuggestion,
  type VisualizationSuggestionsSupplier,
} from '@grafana/data';
import { isLiveBoard } from '../board/read/live-board';
import { metricOf } from '../board/read/metric';
import { PLUGIN_ID } from '../host/sandbox';
import type { StatusPanelOptions } from './options';

const ENOUGH_FRAMES = 20;
const ENOUGH_FIELDS = 50;

/**
 * Whether a field of the frames identifies a component. Checks only the beginning, because it runs while the user
 * edits.
 */
export function isBoardData(frames: readonly DataFrame[]): boolean {
  return frames.slice(0, ENOUGH_FRAMES).some(
    ({ fields }) =>
      isLiveBoard({ fields }) ||
      fields.slice(0, ENOUGH_FIELDS).some(({ name, labels }) => {
        const metric = labels?.__name__ ?? name;
        return (
          metricOf(metric) !== undefined ||
          (labels?.component ?? (name === 'component' ? name : undefined)) !== undefined
        );
      })
  );
}

function suggest(frames: readonly DataFrame[]): Array<VisualizationSuggestion<StatusPanelOptions>> {
  return isBoardData(frames) ? [{ name: 'Status board', score: VisualizationSuggestionScore?.Best, options: {} }] : [];
}

const supplier: VisualizationSuggestionsSupplier<StatusPanelOptions> = ({ rawFrames }) => suggest(rawFrames ?? []);

/** Grafana 12.3 gives the data of the panel, others its frames. */
function framesOf(value: DataFrame[] | PanelData | undefined): DataFrame[] {
  const frames = Array.isArray(value) ? value : value?.series;
  return Array.isArray(frames) ? frames : [];
}

/** What Grafana before 12.4 gives to a supplier. */
interface OldBuilder {
  data?: DataFrame[] | PanelData;
  getListAppender(defaults: object): { append(suggestion: object): void };
}

/** Grafana before 12.4 calls a method of an object, later versions call a function: this is both. */
export const suggestions = Object.assign(supplier, {
  getSuggestionsForData(builder: OldBuilder): void {
    for (const { name } of suggest(framesOf(builder.data))) {
      builder.getListAppender({ name, pluginId: PLUGIN_ID, options: {} }).append({ name });
    }
  },
});
