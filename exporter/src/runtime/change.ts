/** A change of several parts: prepared as a whole, then applied in steps that cannot fail. Either all of it is in force, or nothing is. */

export interface Change {
  /** Puts it into force; must not throw. Resolves when what it replaced is closed, which must not reject. */
  apply(): void | Promise<void>;
  /** Frees what was made for it, in the place of {@link apply}; must not throw. */
  discard?(): void;
}

/** A part of a configuration that cannot be applied. */
export class PartError extends Error {
  /** @param part what was prepared, in words: `TLS of the web server` */
  constructor(
    readonly part: string,
    cause: unknown
  ) {
    super(part, { cause });
  }
}

/** What `make` makes for the part of that name. @throws PartError if it cannot */
export function inPart<T>(name: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new PartError(name, error);
  }
}

/** By name, in the order in which they are prepared and applied. */
export type Parts = readonly (readonly [name: string, prepare: () => Change])[];

/**
 * Prepares all parts.
 * @throws PartError with the first one that fails; what was prepared before it is discarded then
 */
export function prepareAll(parts: Parts): { apply(): Promise<void> } {
  const changes: Change[] = [];
  for (const [name, prepare] of parts) {
    try {
      changes.push(inPart(name, prepare));
    } catch (error) {
      for (const change of changes.reverse()) change.discard?.();
      throw error;
    }
  }
  return {
    async apply() {
      // all of them in one go, before anything else can happen
      const closings = changes.map((change) => Promise.resolve(change.apply()));
      await Promise.all(closings);
    },
  };
}
