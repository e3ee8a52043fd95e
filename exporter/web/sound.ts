/** Tones, made by the browser: two short ones for a failure, a soft one when all is healthy again. Off by default. */
import type { Notice } from './alarms.js';
import { answer, byId } from './dom.js';
import { createPreference } from './preference.js';

const LABEL = 'Sound';
/** Browsers make no sound before a person has done something on the page. */
const CLICK = 'Click to allow sound';
/** Between the beginnings of two sounds. */
const PAUSE_MS = 10_000;

interface Tone {
  /** Hz. */
  pitch: number;
  /** Seconds from the beginning of the sound. */
  at: number;
  /** Seconds. */
  duration: number;
  /** 1 is as loud as the computer is set. */
  gain: number;
}

const FAILURE: readonly Tone[] = [
  { pitch: 880, at: 0, duration: 0.16, gain: 0.3 },
  { pitch: 660, at: 0.2, duration: 0.22, gain: 0.3 },
];
const RECOVERY: readonly Tone[] = [{ pitch: 523, at: 0, duration: 0.4, gain: 0.12 }];
/** Tones begin and end within this time, in seconds: they would click. */
const RAMP = 0.02;

/** @returns plays the sound for a notice, if sound is on; one at most every ten seconds, the latest of those that wait */
export function createSound(): (kind: Notice['kind']) => void {
  const button = byId('sound');
  const preference = createPreference('sound');
  let context: AudioContext | undefined;
  /** By a clock that is never set, as the computer's may be. */
  let playedAt = -Infinity;
  let waiting: readonly Tone[] | undefined;

  function show(): void {
    button.setAttribute('aria-pressed', String(preference.isOn()));
    button.textContent = isSilenced() ? CLICK : LABEL;
    button.classList.toggle('wanted', isSilenced());
  }

  const isSilenced = () => preference.isOn() && context?.state !== 'running';

  /** @throws if the browser has no sound */
  function open(): void {
    context ??= new AudioContext();
    context.onstatechange = show;
    show();
  }

  async function allow(): Promise<void> {
    await context?.resume();
    show();
  }

  function play(tones: readonly Tone[]): void {
    if (!context || !preference.isOn() || context.state !== 'running') return; // never later than what it is about
    for (const { pitch, at, duration, gain } of tones) {
      const start = context.currentTime + at;
      const volume = new GainNode(context, { gain: 0 });
      volume.gain.setValueAtTime(0, start);
      volume.gain.linearRampToValueAtTime(gain, start + RAMP);
      volume.gain.setValueAtTime(gain, start + duration - RAMP);
      volume.gain.linearRampToValueAtTime(0, start + duration);
      const oscillator = new OscillatorNode(context, { frequency: pitch });
      oscillator.connect(volume).connect(context.destination);
      oscillator.start(start);
      oscillator.stop(start + duration);
    }
  }

  function playWaiting(): void {
    const tones = waiting;
    waiting = undefined;
    if (!tones) return;
    playedAt = performance.now();
    play(tones);
  }

  async function click(): Promise<void> {
    const wasSilenced = isSilenced();
    try {
      open();
    } catch {
      return answer('This browser cannot play sounds');
    }
    if (!wasSilenced) preference.set(!preference.isOn());
    show();
    if (!preference.isOn()) return answer('Sound is off');
    await allow();
    if (isSilenced()) return answer('The browser does not allow sound on this page');
    answer('Sound is on: it sounds like this when all is healthy again');
    play(RECOVERY);
  }

  button.hidden = false;
  button.onclick = () => void click();
  if (preference.isOn()) {
    try {
      open();
    } catch {
      preference.set(false);
    }
    // whatever a person does on the page allows it
    for (const event of ['click', 'keydown'])
      document.addEventListener(event, ({ target }) => {
        if (target !== button && isSilenced()) void allow();
      });
  }
  show();

  return (kind) => {
    if (!preference.isOn()) return;
    const isFirst = waiting === undefined;
    waiting = kind === 'recovery' ? RECOVERY : FAILURE;
    if (isFirst) setTimeout(playWaiting, Math.max(0, playedAt + PAUSE_MS - performance.now()));
  };
}
