/** The states of all components; the source for every output. Emits `change` immediately and `tick` once a second. */
import type { Overall } from '@onehertz/contract';
import { EventEmitter } from 'node:events';
import type { Config } from '../config/schema';
import type { Target } from '../probes';
import type { LeftOut } from '../probes/probe';
import type { Change } from '../runtime/change';
import type { CompletedProbe } from '../schedule/runner';
import { describeError } from '../text/errors';
import { createClock, type Moment } from './clock';
import { createEventRing, type EventRing, type RecordedTransition } from './events';
import type { AskedMaintenance } from './maintenance';
import { NO_MEMORY, type Memory } from './memory';
import { overallStatus, summarizeKinds, type KindSummary } from './overall';
import type { Silence } from './silence';
import { type ComponentState, StateMachine, type Transition } from './state';

/** Something that was left out of a component's result, or of an output: then `what` is the output. */
interface Unwritable extends LeftOut {
  component: string;
}

interface BoardEvents {
  /** The status of a component changed. */
  change: [transition: RecordedTransition, state: ComponentState];
  /** A round is complete; `at` is its whole second, in milliseconds since the epoch. */
  tick: [at: number];
  /** A result arrived, whether or not it changed the status. */
  result: [state: ComponentState, result: CompletedProbe];
  /** The set of components changed. */
  components: [];
  /** Somebody asked for maintenance of a component, or ended it. */
  maintenance: [state: ComponentState];
  /** Something could not be written, and was left out. */
  unwritable: [what: Unwritable];
}

/** `events`: how many transitions are kept. */
export type BoardConfig = Pick<Config, 'components' | 'flapping'> & Partial<Pick<Config, 'events'>>;

export interface BoardChange extends Change {
  apply(): void;
  /**
   * What the board will hold. Until the change is applied, the state of a known component still has its previous
   * target.
   */
  readonly components: readonly { target: Target; state: ComponentState }[];
}

/** Out of every second. A busy exporter is always late by some milliseconds, which does no harm. */
const LATE_FROM_MS = 250;

export class Board extends EventEmitter<BoardEvents> {
  readonly events: EventRing;
  #machines = new Map<string, StateMachine>();
  #ready = false;
  #lateMs: number | undefined;
  /** Cached until a status changes, or a maintenance window opens or closes. */
  #summarized: { overall: Overall; kinds: readonly KindSummary[] } | undefined;

  /** Maintenance by the name of its component, also while that is not in the configuration. */
  readonly #asked: Map<string, AskedMaintenance>;

  /**
   * @param eventCapacity how many transitions are kept
   * @param clock replaceable in tests
   * @param memory state of the components from before the exporter was started
   */
  constructor(
    eventCapacity: number,
    private readonly clock = createClock(),
    private readonly memory: Memory = NO_MEMORY
  ) {
    super();
    this.#asked = new Map(memory.maintenance);
    this.events = createEventRing(eventCapacity);
  }

  /** Whether a round was published since the exporter started. */
  get ready(): boolean {
    return this.#ready;
  }

  get size(): number {
    return this.#machines.size;
  }

  get overall(): Overall {
    return this.#ready ? this.#summary.overall : 'Unknown';
  }

  /** Number of components that are up, per kind, in the order in which the kinds first appear. */
  get kinds(): readonly KindSummary[] {
    return this.#summary.kinds;
  }

  get #summary() {
    return (this.#summarized ??= { overall: overallStatus(this.states()), kinds: summarizeKinds(this.states()) });
  }

  get(name: string): ComponentState | undefined {
    return this.#machines.get(name)?.state;
  }

  /** All states, in configuration order. */
  *states(): IterableIterator<ComponentState> {
    for (const machine of this.#machines.values()) yield machine.state;
  }

  /**
   * Components that keep their name keep their state.
   * @throws if a component's settings cannot be applied
   */
  prepare({ components, flapping, events }: BoardConfig): BoardChange {
    const machines = new Map<string, StateMachine>();
    const changes: ((moment: Moment) => void)[] = [];
    const now = this.clock();
    for (const target of components) {
      const known = this.#machines.get(target.name);
      if (known) changes.push(known.prepare(target, flapping));
      machines.set(target.name, known ?? this.#create(target, flapping, now));
    }
    return {
      components: components.map((target) => ({ target, state: machines.get(target.name)!.state })),
      apply: () => {
        const moment = this.clock();
        for (const change of changes) change(moment);
        this.#machines = machines;
        this.#summarized = undefined;
        if (events !== undefined) this.events.resize(events);
        this.#tell('components');
      },
    };
  }

  #create(target: Target, flapping: BoardConfig['flapping'], now: Moment): StateMachine {
    const remembered = this.memory.standings.get(target.name);
    return new StateMachine(target, flapping, now, remembered, this.#asked.get(target.name));
  }

  /**
   * Begins maintenance of a component that somebody asks for, in place of one that is going on; `undefined` ends it. Windows of the
   * configuration are not affected.
   * @returns its state; `undefined` if there is no such component
   */
  maintain(name: string, asked: AskedMaintenance | undefined): ComponentState | undefined {
    const machine = this.#machines.get(name);
    if (!machine) return undefined;
    if (asked) this.#asked.set(name, asked);
    else this.#asked.delete(name);
    const transition = machine.maintain(asked, this.clock());
    this.#summarized = undefined;
    if (transition) this.#changed(transition, machine.state);
    this.#tell('maintenance', machine.state);
    return machine.state;
  }

  /** Says which components have a silence, by their names; of all others that they have none. */
  silence(silences: ReadonlyMap<string, Silence>): void {
    for (const [name, machine] of this.#machines) machine.silence(silences.get(name));
  }

  /** Takes in the result of a probe. */
  apply(name: string, result: CompletedProbe): void {
    const machine = this.#machines.get(name);
    if (!machine) return; // removed while its last probe ran
    for (const leftOut of result.leftOut ?? []) this.#tell('unwritable', { component: name, ...leftOut });
    const transition = machine.apply(result, this.clock());
    // the state's own copy of the result: its response time may have made it degraded
    this.#tell('result', machine.state, machine.state.last ?? result);
    if (transition) this.#changed(transition, machine.state);
  }

  /**
   * How long since the last tick the exporter could not read responses, in milliseconds; `undefined` if that is
   * negligible.
   */
  get lateMs(): number | undefined {
    return this.#lateMs;
  }

  /**
   * Ends the round of the whole second `at`: evaluates staleness and maintenance windows, and emits `tick`.
   * @param stoodStillMs how long the exporter stood still since the last round, in milliseconds
   */
  publish(at: number, stoodStillMs = 0): void {
    this.#lateMs = stoodStillMs < LATE_FROM_MS ? undefined : Math.round(stoodStillMs);
    const moment = this.clock();
    for (const machine of this.#machines.values()) {
      const { maintenance } = machine.state;
      const transition = machine.refresh(moment, this.#lateMs !== undefined);
      machine.remember(at);
      if (machine.state.maintenance !== maintenance) this.#summarized = undefined;
      if (transition) this.#changed(transition, machine.state);
    }
    this.#ready = true;
    this.#tell('tick', at);
  }

  #changed(transition: Transition, state: ComponentState): void {
    this.#summarized = undefined;
    this.#tell('change', this.events.add(transition), state);
  }

  /**
   * What `make` makes of a component for an output; `instead`, if it throws: that is said, and all other components are written.
   * @param component '' for what concerns none of them alone
   */
  guard<T>(component: string, output: string, make: () => T, instead: T): T {
    try {
      return make();
    } catch (error) {
      this.unwritable(component, output, error);
      return instead;
    }
  }

  /** Says that an output could not write a component. */
  unwritable(component: string, output: string, error: unknown): void {
    this.#tell('unwritable', { component, what: output, why: describeError(error) });
  }

  /** As `emit`; but what one listener throws keeps the event from no other, and from nobody who caused it. */
  #tell<E extends keyof BoardEvents>(event: E, ...args: BoardEvents[E]): void {
    for (const listener of this.rawListeners(event)) {
      try {
        Reflect.apply(listener, this, args);
      } catch (error) {
        const [first] = args;
        const component = typeof first === 'object' && 'target' in first ? first.target.name : '';
        if (event !== 'unwritable')
          this.#tell('unwritable', { component, what: `an output's ${event}`, why: describeError(error) });
      }
    }
  }
}
