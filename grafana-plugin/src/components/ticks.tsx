/** What changes with every second is drawn past React: whoever shows it listens here. One for each panel. */
import React, { createContext, useContext, useLayoutEffect, useRef } from 'react';

type Listener = (now: number) => void;

export interface Ticks {
  /** The moment that is shown, in milliseconds since the epoch. */
  readonly now: number;
  /** There is new data, or a second has passed without any. */
  emit(now: number): void;
  /** @returns a function that ends it */
  listen(listener: Listener): () => void;
}

export function createTicks(): Ticks {
  const listeners = new Set<Listener>();
  let last = 0;
  return {
    get now() {
      return last;
    },
    emit(now) {
      last = now;
      listeners.forEach((listener) => listener(now));
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const TicksContext = createContext<Ticks>({ now: 0, emit: () => undefined, listen: () => () => undefined });
export const TicksProvider = TicksContext.Provider;

/** Calls `draw` when the component is drawn, and then with every tick. */
export function useTick(draw: Listener): void {
  const ticks = useContext(TicksContext);
  const latest = useRef(draw);
  useLayoutEffect(() => {
    latest.current = draw;
    draw(ticks.now);
  }, [draw, ticks]);
  useLayoutEffect(() => ticks.listen((now) => latest.current(now)), [ticks]);
}

/** Writes into the text node that is there: to replace it would cost several times as much. @returns whether it was another text */
export function writeText(element: HTMLElement, text: string): boolean {
  const node = element.firstChild;
  if (!node) {
    element.textContent = text;
    return text !== '';
  }
  if (node.nodeValue === text) {
    return false;
  }
  node.nodeValue = text;
  return true;
}

interface TickTextProps {
  /** The text at this moment. */
  text: (now: number) => string;
  className?: string;
}

/** Text that is written anew with every tick, if it changed. */
export function TickText({ text, className }: TickTextProps) {
  const element = useRef<HTMLSpanElement>(null);
  useTick((now) => {
    if (element.current) {
      writeText(element.current, text(now));
    }
  });
  return <span ref={element} className={className} />;
}
