/** Finds the component for a set of labels, or creates it. */
import { VANTAGE_LABEL } from '@onehertz/contract';
import { createComponent, type Component } from './component';
import type { HistoryShape } from './history';

export type Labels = Readonly<Record<string, unknown>>;

/** Labels that describe a sample rather than the component. */
const NOT_A_COMPONENT_LABEL = new Set([
  '__name__',
  'status',
  'le',
  'quantile',
  'result',
  'version',
  'display_name',
  'critical',
  'probe',
  'depends_on',
  'exported_job',
]);

/** Labels of a vantage point rather than of what it watches. */
const OF_ONE_VIEW = new Set<string>([VANTAGE_LABEL, 'instance']);

/** Fallback if the configured label is missing, as with `up` or `probe_success`. */
const FALLBACK_LABELS = ['component', 'service', 'instance'];

export interface Registry {
  readonly components: Map<string, Component>;
  /** Increases when a component is added or changes its position. */
  readonly structure: number;
  /**
   * The component identified by `labels`, created if necessary; `undefined` if they identify none. With a label
   * `vantage` it is that vantage point's report on the component.
   */
  find(labels: Labels): Component | undefined;
  /** The same, but it is never created. */
  known(labels: Labels): Component | undefined;
  /** Adds labels to a component, from its fields, details or series. */
  addLabels(component: Component, labels: Labels): void;
  /** The key of the component with these labels; empty if they identify none. */
  keyOf(labels: Labels): string;
  delete(key: string): void;
  /** Adds a component again for which there is data again. */
  restore(component: Component): void;
}

/** @param identity labels whose values together identify a component, usually just `component` */
export function createRegistry(identity: readonly string[], shape: HistoryShape): Registry {
  const components = new Map<string, Component>();
  let structure = 0;

  function keyOf(labels: Labels): string {
    const values = identity.map((label) => labels[label]).filter(isText);
    if (values.length > 0) {
      return values.join(' / ');
    }
    const fallback = FALLBACK_LABELS.find((label) => isText(labels[label]));
    return fallback ? String(labels[fallback]) : '';
  }

  function addLabels(component: Component, labels: Labels): void {
    for (const [label, value] of Object.entries(labels)) {
      if (!isText(value) || NOT_A_COMPONENT_LABEL.has(label)) {
        continue;
      }
      setLabel(component, label, value);
      const { subject } = component;
      // if vantage points differ, the first one counts
      if (subject && !OF_ONE_VIEW.has(label) && subject.labels[label] === undefined) {
        setLabel(subject, label, value);
      }
    }
  }

  function setLabel(component: Component, label: string, value: string): void {
    if (component.labels[label] === value) {
      return;
    }
    component.labels[label] = value;
    if (label === 'kind') {
      component.kind = value;
    } else if (label === 'type') {
      component.type = value;
    }
    component.revision++;
    structure++;
  }

  /**
   * Whether the labels belong to one of several vantage points, unless these are configured as components of their own.
   */
  function hasViews(labels: Labels): boolean {
    return isText(labels[VANTAGE_LABEL]) && !identity.includes(VANTAGE_LABEL);
  }

  function findView(subject: Component, labels: Labels): Component {
    const vantage = String(labels[VANTAGE_LABEL]);
    let view = subject.vantages?.get(vantage);
    if (!view) {
      view = { ...createComponent(`${subject.key} @ ${vantage}`, subject.name, shape), subject, notes: subject.notes };
      attach(view, vantage, subject);
      addLabels(view, labels);
    }
    return view;
  }

  function attach(view: Component, vantage: string, subject: Component): void {
    const views = (subject.vantages ??= new Map<string, Component>());
    views.set(vantage, view);
    subject.layers.views = [...views.values()].map(({ layers }) => layers);
    subject.revision++;
  }

  return {
    components,
    get structure() {
      return structure;
    },
    find(labels) {
      const key = keyOf(labels);
      if (key === '') {
        return undefined;
      }
      let component = components.get(key);
      if (!component) {
        component = createComponent(key, key, shape);
        components.set(key, component);
        structure++;
        if (!hasViews(labels)) {
          addLabels(component, labels);
        }
      }
      return hasViews(labels) ? findView(component, labels) : component;
    },
    known(labels) {
      const component = components.get(keyOf(labels));
      return component && hasViews(labels) ? component.vantages?.get(String(labels[VANTAGE_LABEL])) : component;
    },
    keyOf,
    addLabels,
    restore(found) {
      const { subject } = found;
      const component = subject ?? found;
      if (subject && !subject.vantages?.has(found.labels[VANTAGE_LABEL])) {
        attach(found, found.labels[VANTAGE_LABEL], subject);
      }
      if (components.get(component.key) !== component) {
        components.set(component.key, component);
        structure++;
      }
    },
    delete(key) {
      if (components.delete(key)) {
        structure++;
      }
    },
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
