/** Distributes ticks to components that update every second without React rendering. One per panel. */
import React, { createContext, useContext, useLayoutEffect, useRef } from 'react';

type Listener = (now: number) => void;

export interface Ticks {
  /** The displayed time, in milliseconds since the epoch. */
  readonly now: number;
  /** There is new data, or a second has passed without any. */
  emit(now: number): void;
  /** @returns a function that unsubscribes */
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

/** Calls `draw` after rendering and at every tick. */
export function useTick(draw: Listener): void {
  const ticks = useContext(TicksContext);
  const latest = useRef(draw);
  useLayoutEffect(() => {
    latest.current = draw;
    draw(ticks.now);
  }, [draw, ticks]);
  useLayoutEffect(() => ticks.listen((now) => latest.current(now)), [ticks]);
}

/** Updates the existing text node: replacing it would cost several times as much. @returns whether the text changed */
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
  /** The text at the given time. */
  text: (now: number) => string;
  className?: string;
}

/** Text that is updated at every tick. */
export function TickText({ text, className }: TickTextProps) {
  const element = useRef<HTMLSpanElement>(null);
  useTick((now) => {
    if (element.current) {
      writeText(element.current, text(now));
    }
  });
  return <span ref={element} className={className} />;
}
