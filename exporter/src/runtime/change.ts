/**
 * A change of several parts: all parts are prepared, then applied in steps that cannot fail. Either everything is
 * applied or nothing.
 */

export interface Change {
  /** Applies the change; must not throw. Resolves when what it replaced is closed; must not reject. */
  apply(): void | Promise<void>;
  /** Releases what was prepared, if {@link apply} is not called; must not throw. */
  discard?(): void;
}

/** A part of a configuration that cannot be applied. */
export class PartError extends Error {
  /** @param part name of the part in words: `TLS of the web server` */
  constructor(
    readonly part: string,
    cause: unknown
  ) {
    super(part, { cause });
  }
}

/** Returns the result of `make`. @throws PartError with the name of the part if it fails */
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
 * @throws PartError for the first part that fails, after the parts prepared before it are discarded
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
      // all in the same turn, before anything else can happen
      const closings = changes.map((change) => Promise.resolve(change.apply()));
      await Promise.all(closings);
    },
  };
}
