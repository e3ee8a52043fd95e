/** The measurement `board`, which the exporter pushes in the place of `components` when there are many (its compact-lines.ts). */
import {
  catalogOf,
  compactRow,
  partsOf,
  whoSays,
  type CatalogEntry,
  type Part,
  type Reading,
} from '../../../exporter/src/outputs/grafana-live/lines/compact-row';
import type { Status } from '../../../exporter/src/probes/probe';
import type { StreamComponent } from './envelope';
import type { FieldValue, Line } from './labels-column';
import { sayingOf, type StaticFacts } from './measurements';

type FactsByName = ReadonlyMap<string, StaticFacts>;

export interface BoardLines {
  tick(components: readonly StreamComponent[], facts: FactsByName, time: number): Line[];
  /** A line for each of them. */
  changes(components: readonly StreamComponent[], facts: FactsByName, time: number): Line[];
}

export function createBoardLines(): BoardLines {
  let names = '';
  let parts: Part[] = [];
  let sinces = new Map<string, string | undefined>();
  let ticks = 0;

  return {
    tick(components, facts, time) {
      const now = components.map(({ service }) => service).join();
      if (now !== names) {
        names = now;
        parts = partsOf(components.map(entryOf));
        sinces = new Map();
      }
      ticks++;
      return parts.map((part) => {
        const members = components.slice(part.first, part.first + part.count);
        const readings = members.map((each) => readingOf(each, facts));
        const news = members.flatMap(({ service, since }, index) => {
          const isNews = sinces.get(service) !== since;
          sinces.set(service, since);
          return isNews ? [index] : [];
        });
        return lineOf(part, readings, whoSays(readings, ticks, news), time);
      });
    },
    changes: (components, facts, time) =>
      components.map((each) =>
        lineOf({ count: 1, catalog: catalogOf([entryOf(each)]) }, [readingOf(each, facts)], [0], time)
      ),
  };
}

function lineOf(
  part: Pick<Part, 'count' | 'catalog'>,
  readings: Reading[],
  saying: Iterable<number>,
  time: number
): Line {
  // the numbers of this measurement are always known
  const fields = compactRow(part, readings, saying, time).fields as Record<string, FieldValue>;
  return { tags: {}, fields, time };
}

function entryOf({ service, display_name, critical, kind, type, labels }: StreamComponent): CatalogEntry {
  return {
    component: service,
    displayName: display_name ?? service,
    critical: critical === true,
    labels: { kind, type, ...labels },
  };
}

function readingOf(component: StreamComponent, facts: FactsByName): Reading {
  return {
    status: component.status as Status,
    responseTimeMs: component.response_time_ms,
    saying: () => sayingOf(component, facts.get(component.service)),
  };
}
