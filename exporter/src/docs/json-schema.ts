/** The JSON Schema of onehertz.yml for editors: completion, descriptions and validation. */
import { z } from 'zod';
import { configSchema } from '../config/schema';

/** The subset of JSON Schema (draft 7) that the configuration needs. */
export interface JsonSchema {
  type?: string;
  description?: string;
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  patternProperties?: Record<string, JsonSchema>;
  propertyNames?: JsonSchema;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  [key: string]: unknown;
}

/** zod's JSON Schema, without internal metadata. */
export function plainSchema(): JsonSchema {
  const schema = rawSchema(configSchema);
  const components = schema.properties?.['components'];
  // one flat union is easier to read than nested ones
  if (components?.items?.anyOf)
    components.items = { anyOf: components.items.anyOf.flatMap((option) => option.oneOf ?? [option]) };
  return cleaned(schema);
}

/** The same for a part of the schema. */
export const plainOf = (part: z.ZodType): JsonSchema => cleaned(rawSchema(part));

function rawSchema(part: z.ZodType): JsonSchema {
  return z.toJSONSchema(part, { io: 'input', target: 'draft-7' }) as JsonSchema;
}

function cleaned(schema: JsonSchema): JsonSchema {
  return mapSchema(schema, (node) => {
    // removes internal metadata, and bounds that no value reaches
    const { minimum, maximum, ...rest } = node;
    delete rest['secret'];
    delete rest['schemes'];
    return {
      ...rest,
      ...(minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER && { minimum }),
      ...(maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER && { maximum }),
    };
  });
}

/** The published schema: variables are allowed wherever a value is. */
export function editorSchema(): JsonSchema {
  const plain = plainSchema();
  const components = plain.properties?.['components'];
  if (components?.items?.anyOf) components.items.anyOf = components.items.anyOf.map(withEitherUrl);
  const alertmanager = plain.properties?.['alertmanager'];
  if (alertmanager) Object.assign(alertmanager, withEitherUrl(alertmanager));
  return {
    ...mapSchema(plain, (node) => withVariables(withoutSection(node))),
    title: 'onehertz.yml',
    description: 'Every component of your system, once a second. See docs/configuration.md.',
    patternProperties: { '^x-': { description: 'A place for YAML anchors; ignored.' } },
  };
}

function withoutSection({ section: _, ...node }: JsonSchema): JsonSchema {
  return node;
}

const VARIABLE: JsonSchema = { type: 'string', pattern: '\\$\\{[A-Za-z_]' };

function withVariables(node: JsonSchema): JsonSchema {
  const restricted = ['integer', 'number', 'boolean'].includes(node.type ?? '') || node.enum || node.pattern;
  if (!restricted) return node;
  const { description, default: value, ...rest } = node;
  return {
    ...(description && { description }),
    ...(value !== undefined && { default: value }),
    anyOf: [rest, VARIABLE],
  };
}

/** Requires an address in one of its two forms. */
function withEitherUrl(component: JsonSchema): JsonSchema {
  const ways = ['address', 'url', 'url_file'].filter((key) => component.properties?.[key]);
  return ways.length < 2 ? component : { ...component, oneOf: ways.map((key) => ({ required: [key] })) };
}

/** Applies `change` to every schema of a value, innermost first; property names are not changed. */
function mapSchema(node: JsonSchema, change: (node: JsonSchema) => JsonSchema): JsonSchema {
  const inner = (child: JsonSchema) => mapSchema(child, change);
  const copy = { ...node };
  if (copy.properties)
    copy.properties = Object.fromEntries(Object.entries(copy.properties).map(([key, child]) => [key, inner(child)]));
  if (copy.items) copy.items = inner(copy.items);
  if (typeof copy.additionalProperties === 'object') copy.additionalProperties = inner(copy.additionalProperties);
  if (copy.anyOf) copy.anyOf = copy.anyOf.map(inner);
  if (copy.oneOf) copy.oneOf = copy.oneOf.map((option) => (option.required ? option : inner(option)));
  return change(copy);
}
