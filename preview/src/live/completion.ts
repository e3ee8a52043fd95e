/** The stream's snapshots are brief about components that are probed less than once a second; this puts their details back. */
import type { Envelope, StreamComponent } from './envelope';

/** What may differ between two messages about the same probe: only the newest says it. */
const OF_THE_MOMENT = new Set(['status', 'since', 'flapping', 'stale', 'maintenance', 'consequence_of']);

export interface Completion {
  /** Remembers components that came with all their details. */
  learn(envelope: Envelope): void;
  /** The component with the details that its last probe found, if they came. */
  complete(brief: StreamComponent): StreamComponent;
}

export function createCompletion(): Completion {
  const known = new Map<string, StreamComponent>();
  return {
    learn(envelope) {
      for (const component of 'component' in envelope ? [envelope.component] : envelope.components) {
        // a brief one about the same probe has nothing to add
        if (
          known.get(component.service)?.last_check !== component.last_check ||
          envelope.event !== 'system:comprehensive_health'
        )
          known.set(component.service, component);
      }
    },
    complete(brief) {
      const full = known.get(brief.service);
      if (!full || full.last_check !== brief.last_check) return brief;
      return { ...Object.fromEntries(Object.entries(full).filter(([key]) => !OF_THE_MOMENT.has(key))), ...brief };
    },
  };
}
