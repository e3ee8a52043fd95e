/** Replies of alternating names and values. */

/** Finds the value of a name; `undefined` if the reply is none of that kind. */
export function fieldsOf(reply: unknown): ((name: string) => string | undefined) | undefined {
  if (!Array.isArray(reply)) return undefined;
  return (name) => {
    const at = reply.indexOf(name);
    const value: unknown = at < 0 ? undefined : reply[at + 1];
    return typeof value === 'string' ? value : undefined;
  };
}
