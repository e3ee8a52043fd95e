/** What is known of the silences of one Alertmanager, kept up by polls and by what is made and ended here. */
import type { Board } from '../../board/board';
import type { AlertmanagerConfig } from '../../config/alertmanager';
import type { FailureLog } from '../../runtime/failure-log';
import { describeError } from '../../text/errors';
import type { OutputResult } from '../output-error';
import { AlertmanagerError } from './alertmanager-error';
import { createAlertmanagerHttp, type HttpTiming, type NewSilence } from './alertmanager-http';
import { readId, readSilences, whoAndWhy, type KnownSilence } from './answer';
import { findConcerned, shownSilences, type Concerned } from './concerned';
import { compileMatcher } from './matchers';
import { createPoller } from './poller';

export interface KnownSilences {
  start(): void;
  /** Those that concern components of the board, and the pages of Alertmanager about them. @throws AlertmanagerError while none are known */
  list(): Listed[];
  /** @throws AlertmanagerError */
  make(silence: NewSilence): Promise<Listed>;
  /** Ends one of {@link list}. @throws AlertmanagerError */
  end(silence: Listed): Promise<void>;
  close(): void;
}

export interface Listed extends Concerned {
  /** For people; '' if there is none. */
  page: string;
}

export interface KnownOptions {
  config: AlertmanagerConfig;
  board: Board;
  failures: FailureLog;
  polled(result: OutputResult): void;
  /** Says once that there is no time to look at so many silences. */
  left(silences: number): void;
  timing?: Timing;
}

/** In milliseconds. */
export interface Timing extends HttpTiming {
  /** Between two polls after failures. */
  longestPause: number;
  /** What was said longer ago is no longer claimed. */
  kept: number;
}

const TIMING: Timing = { interval: 10_000, timeout: 5000, longestPause: 60_000, kept: 60_000 };

/** @throws if the settings cannot be applied */
export function createKnownSilences({
  config,
  board,
  failures,
  polled,
  left,
  timing = TIMING,
}: KnownOptions): KnownSilences {
  const http = createAlertmanagerHttp(config, timing);
  const closing = new AbortController();
  const pages = config.external_url?.replace(/(?<![/#])[/#]+$/, '');
  const targets = () => Array.from(board.states(), ({ target }) => target);
  const pageOf = (id: string) => (pages === undefined ? '' : `${pages}/#/silences/${id}`);
  let problem = new AlertmanagerError(`${http.where} has not answered yet`, 'failure', 'connection');
  let silences: readonly KnownSilence[] | undefined;
  let concerned: readonly Concerned[] = [];
  /** The answer that `silences` are from; an equal one is not read again. */
  let text: string | undefined;
  /** Increases with everything that changes what is known: what was begun before is not used then. */
  let version = 0;
  let isStarted = false;
  /** Whether silences were left out the last time. */
  let isLeft = false;
  let forgetting: NodeJS.Timeout | undefined;

  const poller = createPoller({ ask, interval: timing.interval, longest: timing.longestPause });

  async function ask(): Promise<boolean> {
    const before = version;
    try {
      const answer = await http.list(closing.signal);
      const read = answer === text && silences ? silences : await readSilences(answer, http.where);
      if (closing.signal.aborted) return false;
      polled('success');
      failures.succeeded();
      clearTimeout(forgetting);
      forgetting = setTimeout(forget, timing.kept);
      // another replica may not have heard yet of what was made here in the meantime
      if ((before === version || !silences) && read !== silences) {
        text = answer;
        await know(read);
      } else if (read === silences) show(concerned); // a clock that was ahead for a while has ended some of them on the board
      return true;
    } catch (thrown) {
      if (closing.signal.aborted) return false;
      problem = asProblem(thrown);
      polled(problem.result);
      failures.failed(problem);
      return false;
    }
  }

  function forget(): void {
    text = undefined;
    silences = undefined;
    version++;
    show([]);
  }

  /** Takes in silences, and shows which components they concern. */
  async function know(next: readonly KnownSilence[]): Promise<void> {
    silences = next;
    const own = ++version;
    const found = await findConcerned(next, targets());
    if (own !== version || closing.signal.aborted) return;
    if (found.left > 0 && !isLeft) left(found.left);
    isLeft = found.left > 0;
    show(found.concerned);
  }

  function show(next: readonly Concerned[]): void {
    concerned = next;
    board.silence(shownSilences(next, Date.now(), pageOf));
  }

  const onComponents = () => void (silences && know(silences));
  const listed = (one: Concerned): Listed => ({ ...one, page: pageOf(one.silence.id) });

  /** After a change at Alertmanager: it is polled when all of its replicas have heard of it. */
  async function changed(next: readonly KnownSilence[]): Promise<void> {
    text = undefined;
    poller.putOff();
    await know(next);
  }

  return {
    start() {
      isStarted = true;
      board.on('components', onComponents);
      poller.askNow();
    },
    list() {
      if (!silences) throw problem;
      const now = Date.now();
      return concerned.filter(({ silence }) => silence.until > now).map(listed);
    },
    async make(wanted) {
      const { matchers, until, by, reason } = wanted;
      const id = readId(await http.make(wanted, closing.signal));
      if (id === undefined)
        throw new AlertmanagerError(
          `${http.where} answered without the name of a silence; is alertmanager.url the address of an Alertmanager?`,
          'failure',
          'answer'
        );
      const silence: KnownSilence = {
        ...{ id, state: 'active', from: Date.now(), until, ...whoAndWhy(by, reason) },
        matchers: matchers.map(compileMatcher),
      };
      if (silences) await changed([...silences, silence]);
      else poller.askNow();
      const { concerned: own } = await findConcerned([silence], targets());
      return listed(own[0] ?? { silence, components: [] });
    },
    async end({ silence: { id } }) {
      await http.expire(id, closing.signal);
      if (silences) await changed(silences.filter((other) => other.id !== id));
    },
    close() {
      closing.abort();
      clearTimeout(forgetting);
      board.off('components', onComponents);
      poller.close();
      http.close();
      if (isStarted) board.silence(new Map());
    },
  };
}

function asProblem(thrown: unknown): AlertmanagerError {
  if (thrown instanceof AlertmanagerError) return thrown;
  return new AlertmanagerError(describeError(thrown), 'failure', 'unexpected');
}
