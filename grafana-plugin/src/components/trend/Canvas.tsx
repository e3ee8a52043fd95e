/** A canvas that is redrawn at every tick, with the screen's pixel ratio. */
import React, { useRef } from 'react';
import { useTick } from '../ticks';

export interface CanvasProps {
  /** In CSS pixels. */
  width: number;
  height: number;
  /** Draws everything; the canvas is cleared and scaled to CSS pixels. */
  draw: (context: CanvasRenderingContext2D, now: number) => void;
  className?: string;
}

/** Decorative: its content is available as text elsewhere, also for the pointer, which finds it by `data-trend`. */
export function Canvas({ width, height, draw, className }: CanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useTick((now) => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context || width <= 0) {
      return;
    }
    const scale = window.devicePixelRatio || 1;
    const [pixelWidth, pixelHeight] = [Math.round(width * scale), Math.round(height * scale)];
    if (element.width !== pixelWidth || element.height !== pixelHeight) {
      element.width = pixelWidth;
      element.height = pixelHeight;
    }
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    draw(context, now);
  });
  return <canvas ref={canvas} className={className} style={{ width, height }} data-trend={width} aria-hidden="true" />;
}
