/** The table with the cost of a probe per subject. */
import type { ResultTable } from './bench';
import type { Comparison } from './compare';

/** @param references subjects to which the others are compared */
export function costTable(
  title: string,
  found: ReadonlyMap<string, Comparison>,
  references: readonly string[]
): ResultTable {
  const figures = [...new Set([...found.values()].flatMap((one) => Object.keys(one.figures)))];
  return {
    title,
    rows: [...found].map(([subject, { cpuPer1000, probes, residentMegabytes, figures: own }]) => ({
      subject,
      'probes/s': Math.round(probes),
      'CPU s per 1,000 probes': cpuPer1000,
      ...Object.fromEntries(references.map((name) => [`× ${name}`, cpuPer1000 / (found.get(name)?.cpuPer1000 ?? NaN)])),
      'resident MB': Math.round(residentMegabytes),
      ...Object.fromEntries(figures.map((name) => [name, own[name]])),
    })),
  };
}
