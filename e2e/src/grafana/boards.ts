/** Queries of a custom board. */
import { channelOf } from '@onehertz/contract';
import { liveTarget } from '../dashboards';

/** As the provisioned board has them. */
export const boardQueries = (streamId: string) => [
  liveTarget(channelOf(streamId, 'components')),
  { ...liveTarget(channelOf(streamId, 'board'), 'B'), buffer: 10_000 },
  { ...liveTarget(channelOf(streamId, 'history'), 'C'), buffer: 10_000 },
  { refId: 'Ready', datasource: { type: 'datasource', uid: 'grafana' }, queryType: 'snapshot', snapshot: [] },
];
