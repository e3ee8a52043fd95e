/** The initial snapshot for a new client: the whole board with all messages, details and the last minutes. */
import type { Board } from '../../board/board';
import { componentJsonWithRecent, jsonText } from '../../board/component-json';
import { createSlice } from '../../runtime/slices';
import { Message } from './frames';
import { comprehensiveHealthText, snapshotHead } from './messages';

type Receive = (greeting: Message) => void;

export interface StreamGreeting {
  /**
   * Calls `receive` with a current greeting: no status changes between its creation and the call. Immediate if nothing
   * has happened since the last one, which is shared by new clients.
   */
  ask(receive: Receive): void;
}

/** Generated in slices, because there may be thousands of components. */
export function createStreamGreeting(board: Board): StreamGreeting {
  let ready: Message | undefined;
  let waiting: Receive[] = [];
  /** Parts of the greeting in progress, by component name, as text. */
  const texts = new Map<string, string>();

  board.on('tick', () => (ready = undefined));
  board.on('change', (_transition, { target }) => {
    ready = undefined;
    texts.delete(target.name);
  });
  board.on('components', () => {
    ready = undefined;
    texts.clear();
  });

  async function make(): Promise<void> {
    const slice = createSlice();
    let paused: boolean;
    // components that changed during a pause are missing again; the last pass has no pause
    do {
      paused = false;
      const names = Array.from(board.states(), ({ target }) => target.name);
      for (const name of names) {
        const state = board.get(name);
        if (!state || texts.has(name)) continue;
        texts.set(
          name,
          `${JSON.stringify(name)}:${jsonText(state, board, 'stream', () => componentJsonWithRecent(state, board))}`
        );
        if (!slice.isOver()) continue;
        await slice.next();
        paused = true;
      }
    } while (paused);
    const inOrder = Array.from(board.states(), ({ target }) => texts.get(target.name) ?? '');
    const greeting = new Message(comprehensiveHealthText(inOrder, snapshotHead(board, Date.now()), false));
    ready = greeting;
    texts.clear();
    const receivers = waiting;
    waiting = [];
    for (const receive of receivers) receive(greeting);
  }

  return {
    ask(receive) {
      if (ready) return receive(ready);
      waiting.push(receive);
      if (waiting.length === 1) void make();
    },
  };
}
