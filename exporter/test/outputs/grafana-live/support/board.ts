/** A board with a component of every sort, and one whose texts are hostile. */
import { Board } from '../../../../src/board/board';
import type { Target } from '../../../../src/probes';
import type { SafeText } from '../../../../src/text/safe-text';
import { down, THRESHOLDS, up } from '../../../board/support';
import { makeTarget } from '../../../probes/kit/helpers';

export const HOSTILE = 'a,b=c "d" \\ \\n\r\n\t\f\u0000 é😀\u2028 NaN';

export function sampleTargets(): Target[] {
  return [
    makeTarget('postgresql', { url: 'postgresql://db', critical: true, labels: { region: 'eu' } }),
    makeTarget('redis', { url: 'redis://localhost', interval: '5s' }),
    makeTarget('celery', { url: 'redis://localhost', depends_on: ['redis'] }),
    makeTarget('http', {
      name: 'odd',
      url: 'http://odd',
      kind: 'back, end = 1',
      type: 'a\\b',
      display_name: HOSTILE,
      labels: { room: 'Rome, 2nd "floor"', plain: 'x' },
    }),
    makeTarget('websdr', { name: 'never-probed', url: 'http://sdr' }),
  ];
}

export function sampleBoard(): Board {
  const board = new Board(100);
  board.prepare({ components: sampleTargets(), flapping: THRESHOLDS }).apply();
  board.apply(
    'postgresql',
    up({ responseTimeMs: 0.123, version: '15.18', message: 'primary', details: { role: 'primary' } })
  );
  board.apply('redis', down('connection refused'));
  board.apply('celery', down('no worker answers'));
  // such a text passes no probe; the lines have to carry it all the same
  const details = { text: HOSTILE, nested: { list: [1, null, true] } };
  board.apply('odd', { ...up({ version: 'NaN' }), message: HOSTILE as SafeText, details });
  return board;
}
