/** Reads PromQL with the grammar of Prometheus 3 (its own, for CodeMirror). */
import { parser } from '@prometheus-io/lezer-promql';

export interface Selector {
  metric: string;
  /** Labels that are matched. */
  labels: string[];
}

export interface Expression {
  /** Text around each place that is no PromQL. */
  errors: string[];
  selectors: Selector[];
  /** Labels in by, without, on, ignoring, group_left and group_right. */
  groupingLabels: string[];
}

export function readPromql(text: string): Expression {
  const errors: string[] = [];
  const selectors: Selector[] = [];
  const groupingLabels: string[] = [];
  parser.parse(text).iterate({
    enter(node) {
      const word = () => text.slice(node.from, node.to);
      if (node.type.isError) errors.push(text.slice(Math.max(0, node.from - 20), node.to + 20));
      if (node.name === 'VectorSelector') selectors.push({ metric: '', labels: [] });
      const selector = selectors.at(-1);
      if (node.name === 'Identifier' && node.node.parent?.name === 'VectorSelector' && selector)
        selector.metric = word();
      if (node.name === 'LabelName') {
        if (node.node.parent?.name === 'GroupingLabels') groupingLabels.push(word());
        else selector?.labels.push(word());
      }
    },
  });
  return { errors, selectors, groupingLabels };
}
