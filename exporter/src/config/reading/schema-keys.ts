/** Inspects schemas, for suggestions and for the reference page. */
import { z } from 'zod';
import type { Path } from './problems';

/** The keys allowed in a map at `path`; none if it has no fixed keys. */
export function keysAt(schema: z.core.$ZodType, path: Path): string[] {
  const [key, ...rest] = path;
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => keysAt(option, path));
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
  )
    return keysAt(schema.def.innerType, path);
  if (schema instanceof z.ZodArray) return key === undefined ? [] : keysAt(schema.def.element, rest);
  if (!(schema instanceof z.ZodObject)) return [];
  const shape = schema.def.shape as Record<string, z.core.$ZodType>;
  if (key === undefined) return Object.keys(shape);
  const inner = Object.hasOwn(shape, key) ? shape[String(key)] : undefined;
  return inner === undefined ? [] : keysAt(inner, rest);
}
