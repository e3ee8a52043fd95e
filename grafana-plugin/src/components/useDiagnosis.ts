/** Why nothing is pushed to the panel, if that is so. */
import { useMemo } from 'react';
import { LoadingState, type DataQueryRequest, type PanelData } from '@grafana/data';
import { config } from '@grafana/runtime';
import { channelsOf, type LiveState } from '../host/live';
import { diagnose, type Diagnosis } from './empty/diagnose';
import { useLive } from './useLive';

interface UsedDiagnosis {
  diagnosis: Diagnosis | undefined;
  live: LiveState;
  /** Whether some queries are subscriptions. */
  isStream: boolean;
}

export function useDiagnosis(data: PanelData, replaceVariables: (text: string) => string): UsedDiagnosis {
  const { request, state } = data;
  const text = channelsOf(request, replaceVariables).join('\n');
  const channels = useMemo(() => (text === '' ? [] : text.split('\n')), [text]);
  const { state: live, silentMs } = useLive(channels);
  const diagnosis = diagnose({
    queries: request ? queriesOf(request) : state === LoadingState.Done ? 0 : 1,
    channels,
    live,
    silentMs,
    isLiveEnabled: config.liveEnabled ?? true,
    isPublic: Boolean(config.publicDashboardAccessToken),
    origin: `${window.location.origin}${config.appSubUrl ?? ''}`,
  });
  return { diagnosis, live, isStream: channels.length > 0 };
}

/** The query that only says that the panel may be drawn is none, nor is one that is switched off. */
function queriesOf({ targets }: DataQueryRequest): number {
  return (targets as Array<{ queryType?: string; hide?: boolean }>).filter(
    ({ queryType, hide }) => queryType !== 'snapshot' && !hide
  ).length;
}
