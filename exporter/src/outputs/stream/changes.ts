/** What is told between the snapshots: each change at once, receivers together, and news of what is probed seldom. */
import { STREAM_EVENT, type StreamEvent } from '@onehertz/contract';
import type { Board } from '../../board/board';
import type { ComponentState } from '../../board/state';
import { isReceiver, serviceHealth, websdrsHealth } from './messages';

export interface ChangeOptions {
  board: Board;
  /** Sends a message to all that read the event; it is made only if there are some. */
  broadcast(event: StreamEvent, message: () => unknown): void;
}

/** @returns what has to be called at each tick, before its snapshot, which is brief */
export function tellChanges({ board, broadcast }: ChangeOptions): (at: number) => void {
  /** Whether a receiver was probed since the last `websdrs:health`: the results of one round travel together. */
  let receiversProbed = false;
  /** Those that are probed less often than once a second, and were since the last tick: their details are news. */
  const slowProbed = new Set<ComponentState>();
  /** Many receivers may change at once; each message has all of them. */
  let receiversChanged: NodeJS.Immediate | undefined;

  function sendReceiverHealth(at: number): void {
    clearImmediate(receiversChanged);
    receiversChanged = undefined;
    broadcast(STREAM_EVENT.receivers, () => websdrsHealth(board, at));
  }

  board.on('result', (state) => {
    if (isReceiver(state)) receiversProbed = true;
    else if (state.target.interval > 1000) slowProbed.add(state);
  });
  board.on('change', (transition, state) => {
    if (isReceiver(state)) {
      receiversChanged ??= setImmediate(() => sendReceiverHealth(transition.at));
      return;
    }
    // what was before it is told before it
    if (receiversChanged) sendReceiverHealth(transition.at);
    broadcast(STREAM_EVENT.change, () => serviceHealth(state, board, transition.at));
  });

  return function onTick(at) {
    if (receiversProbed) broadcast(STREAM_EVENT.receivers, () => websdrsHealth(board, at));
    for (const state of slowProbed) broadcast(STREAM_EVENT.change, () => serviceHealth(state, board, at));
    receiversProbed = false;
    slowProbed.clear();
  };
}
