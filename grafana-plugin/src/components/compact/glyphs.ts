/** Icons for statuses, drawn as strokes within a circle of radius 5 around the origin. */
import type { Component } from '../../board/component';

const GLYPHS = {
  healthy: 'M-3.5,0.2L-1,2.7L3.5,-2.3',
  degraded: 'M0,-4V1M0,3.6V3.9',
  warning: 'M0,-4.2L4.4,3.4H-4.4ZM0,-1.4V0.8M0,2.1V2.2',
  unhealthy: 'M-3,-3L3,3M3,-3L-3,3',
  unknown: 'M-2.2,-2.2A2.3,2.3 0 1 1 1.1,-0.1C0.3,0.4 0,0.8 0,1.6M0,3.7V3.9',
  stale: 'M4,0A4,4 0 1 1 -4,0A4,4 0 1 1 4,0M0,-2.2V0L1.6,1.2',
  maintenance: 'M-1.6,-3V3M1.6,-3V3',
} as const;

export function glyphOf({ status, stale, maintenance }: Component): string {
  if (stale) {
    return GLYPHS.stale;
  }
  return status === 'unknown' && maintenance ? GLYPHS.maintenance : GLYPHS[status];
}
