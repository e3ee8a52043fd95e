/** A time on the exporter's clock: `12:00:07 UTC`. @param at in milliseconds since the epoch */
export function clock(at: number): string {
  return `${new Date(at).toISOString().slice(11, 19)} UTC`;
}
