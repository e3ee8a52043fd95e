/**
 * The data of all components that the stream sends every second, as text. Each component's part is generated when its
 * result arrives, so that little is left to do at the tick, and only if its state has changed.
 */
import type { ComponentJson } from '@onehertz/contract';
import type { Board } from '../../board/board';
import { bareJson, tickJson } from '../../board/component-json';
import { brokenDependencies } from '../../board/consequence';
import type { ComponentState } from '../../board/state';
import { comprehensiveHealthText, mergePatch, snapshotHead } from './messages';

/** The forms that clients request. */
export interface Forms {
  full: boolean;
  /** Changes since the previous tick. */
  patch: boolean;
}

export interface TickTexts {
  full: string | undefined;
  patch: string | undefined;
}

export interface StreamSnapshots {
  /** Generates a component's part in advance. */
  prepare(state: ComponentState, forms: Forms): void;
  /** The messages of the tick `at`; the next patch is relative to it. */
  take(at: number, forms: Forms): TickTexts;
  /** Discards everything, as there are no clients. */
  clear(): void;
}

export function createStreamSnapshots(board: Board): StreamSnapshots {
  let parts = new Map<string, Part>();

  function partOf({ target: { name } }: ComponentState): Part {
    let part = parts.get(name);
    if (!part) parts.set(name, (part = new Part(name)));
    return part;
  }

  function prepare(state: ComponentState, { full, patch }: Forms): Part {
    const part = partOf(state);
    part.refresh(state, board);
    if (full) part.text();
    if (patch) part.patch();
    return part;
  }

  return {
    prepare,
    take(at, forms) {
      const before = parts;
      const now = new Map<string, Part>();
      const full: string[] = [];
      const patches: string[] = [];
      for (const state of board.states()) {
        const part = prepare(state, forms);
        now.set(state.target.name, part);
        if (forms.full) full.push(part.text());
        if (forms.patch && part.patch() !== '') patches.push(part.patch());
        part.sent();
      }
      if (forms.patch) for (const [name, part] of before) if (!now.has(name)) patches.push(`${part.key}null`);
      parts = now;
      const head = snapshotHead(board, at);
      return {
        full: forms.full ? comprehensiveHealthText(full, head, false) : undefined,
        patch: forms.patch ? comprehensiveHealthText(patches, head, true) : undefined,
      };
    },
    clear: () => parts.clear(),
  };
}

/** One component's part of a snapshot. */
class Part {
  /** Its name and the colon after it. */
  readonly key: string;
  #made: { state: ComponentState; copy: ComponentState; causes: string } | undefined;
  #json: ComponentJson | undefined;
  #before: ComponentJson | undefined;
  #text: string | undefined;
  #patch: string | undefined;

  constructor(name: string) {
    this.key = `${JSON.stringify(name)}:`;
  }

  refresh(state: ComponentState, board: Board): void {
    const broken = brokenDependencies(state, board);
    const causes = `${broken.causes.join()};${broken.others.join()}`;
    if (this.#made?.state === state && this.#made.causes === causes && same(this.#made.copy, state)) return;
    this.#made = { state, copy: { ...state }, causes };
    this.#json = board.guard(state.target.name, 'stream', () => tickJson(state, board), bareJson(state));
    this.#text = undefined;
    this.#patch = undefined;
  }

  text(): string {
    return (this.#text ??= this.key + JSON.stringify(this.#json));
  }

  /** Empty if nothing changed since {@link sent} was last called. */
  patch(): string {
    return (this.#patch ??= this.#makePatch());
  }

  #makePatch(): string {
    if (this.#json === this.#before) return '';
    const changes = mergePatch(this.#before ?? {}, this.#json ?? {});
    return changes ? this.key + JSON.stringify(changes) : '';
  }

  sent(): void {
    this.#before = this.#json;
    this.#patch = undefined;
  }
}

/** Whether everything that {@link tickJson} reads is unchanged. */
function same(a: ComponentState, b: ComponentState): boolean {
  return (
    a.target === b.target &&
    a.last === b.last &&
    a.status === b.status &&
    a.since === b.since &&
    a.standingSince === b.standingSince &&
    a.sinceAtLeast === b.sinceAtLeast &&
    a.flapping === b.flapping &&
    a.maintenance === b.maintenance &&
    a.asked === b.asked &&
    a.silence === b.silence &&
    a.stale === b.stale
  );
}
