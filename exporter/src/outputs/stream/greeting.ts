/** What a newcomer to the stream gets first: the whole board, with all messages and details. */
import type { Board } from '../../board/board';
import { componentJson, jsonText } from '../../board/component-json';
import { createSlice } from '../../runtime/slices';
import { Message } from './frames';
import { comprehensiveHealthText } from './messages';

type Receive = (greeting: Message) => void;

export interface StreamGreeting {
  /**
   * Calls `receive` with a greeting of this moment: no status changes between its making and the call. At once when nothing
   * happened since the last one, which newcomers share.
   */
  ask(receive: Receive): void;
}

/** Made in slices, as there may be thousands of components. */
export function createStreamGreeting(board: Board): StreamGreeting {
  let ready: Message | undefined;
  let waiting: Receive[] = [];
  /** Components of the greeting that is being made, by name, as text. */
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
    // what changed in a pause is missing again: the last pass takes none
    do {
      paused = false;
      const names = Array.from(board.states(), ({ target }) => target.name);
      for (const name of names) {
        const state = board.get(name);
        if (!state || texts.has(name)) continue;
        texts.set(
          name,
          `${JSON.stringify(name)}:${jsonText(state, board, 'stream', () => componentJson(state, board))}`
        );
        if (!slice.isOver()) continue;
        await slice.next();
        paused = true;
      }
    } while (paused);
    const inOrder = Array.from(board.states(), ({ target }) => texts.get(target.name) ?? '');
    const greeting = new Message(comprehensiveHealthText(inOrder, Date.now(), false, board.lateMs));
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
