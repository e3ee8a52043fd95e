/** What a Prometheus data source knows of the time before the panel opened, and of now while nothing is pushed. */
import { useEffect, useId, useState } from 'react';
import { ASK_EVERY_MS, askHistory, type History } from '../host/history';

interface Wanted {
  /** The uid of the data source; empty to ask none. */
  source: string;
  matchers: string;
  /** Length of the history in milliseconds. */
  historyMs: number;
  /** The end of a range in the past, in milliseconds since the epoch. */
  asOf: number | undefined;
  timeZone: string;
  /** Nothing is pushed. */
  isSilent: boolean;
}

/** @returns `undefined` while there is no answer for what is wanted */
export function useHistory({ source, matchers, historyMs, asOf, timeZone, isSilent }: Wanted): History | undefined {
  const id = useId();
  const key = [source, matchers, historyMs, asOf, timeZone].join('\n');
  const [answer, setAnswer] = useState<{ key: string; history: History }>();
  const asksAgain = isSilent && asOf === undefined;

  useEffect(() => {
    if (source === '') {
      return;
    }
    let isWanted = true;
    const ask = async (withPast: boolean) => {
      const to = asOf ?? Date.now();
      const history = await askHistory({ id, source, matchers, from: to - historyMs, to, timeZone }, withPast);
      if (isWanted) {
        setAnswer({ key, history });
      }
    };
    void ask(true);
    const timer = asksAgain ? setInterval(() => void ask(false), ASK_EVERY_MS) : undefined;
    return () => {
      isWanted = false;
      clearInterval(timer);
    };
  }, [key, id, source, matchers, historyMs, asOf, timeZone, asksAgain]);

  return answer?.key === key ? answer.history : undefined;
}
