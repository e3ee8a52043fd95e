/** Generates docs/configuration.md from the schema: every key with its type, default and description. */
import { z } from 'zod';
import { duration, formatDuration } from '../fields/duration';
import { tlsSchema } from '../fields/tls';
import { PROBE_NAMES, PROBES } from '../probes';
import type { AnyDefinition } from '../probes/definition';
import { FIRST_PAGE, GRAFANA_VARIABLES, LAST_PAGE, TLS_TEXT, WITHOUT_FILE } from './configuration-text';
import { type JsonSchema, plainOf, plainSchema } from './json-schema';

/** The whole page, as Markdown. */
export function configurationReference(): string {
  const { properties = {}, required = [] } = plainSchema();
  const { components, ...settings } = properties;
  const kinds = components?.items?.anyOf ?? [];
  const probes = PROBES.map((definition: AnyDefinition) => {
    const schema = kinds.find((kind) => kind.properties?.['probe']?.const === definition.name);
    return { definition, properties: schema?.properties ?? {}, required: schema?.required ?? [] };
  });
  // settings with the same description in every probe
  const common = Object.entries(probes[0]?.properties ?? {}).filter(([key, schema]) =>
    probes.every(({ properties: other }) => JSON.stringify(other[key]) === JSON.stringify(schema))
  );
  const commonKeys = new Set(['probe', ...common.map(([key]) => key)]);
  const sections = probes.map(({ definition, properties: all, required: needed }) => {
    const own = Object.fromEntries(Object.entries(all).filter(([key]) => !commonKeys.has(key)));
    const { name, purpose, example, timing } = definition;
    const when = timing
      ? `\n\nDefault interval ${formatDuration(timing.interval)}, timeout ${formatDuration(timing.timeout)}.`
      : '';
    return `### ${name}\n\n${purpose}${when}\n\n\`\`\`yaml\ncomponents:\n${indent(example)}\n\`\`\`\n\n${table(own, needed)}`;
  });
  const variables = PROBES.flatMap(({ environment }: AnyDefinition) => {
    if (!environment) return [];
    const { variable, form = `\`${variable}\``, describes, example } = environment;
    return [`| ${form} | ${describes}${example ? `: \`${example}\`` : ''} |`];
  });
  return `${FIRST_PAGE}
## Global settings

${table(settings, required)}

## Every component

| key | type | default | meaning |
| --- | --- | --- | --- |
| \`probe\` | one of ${PROBE_NAMES.map((name) => `\`${name}\``).join(', ')} | required | How it is checked. |
${rows(Object.fromEntries(common), ['name']).join('\n')}

## Probes

${sections.join('\n\n')}

## TLS

${TLS_TEXT}
${table(plainOf(tlsSchema).properties ?? {}, [])}

${LAST_PAGE}
${WITHOUT_FILE}
| variable | component |
| --- | --- |
${variables.join('\n')}

${GRAFANA_VARIABLES}`;
}

function table(properties: Record<string, JsonSchema>, required: readonly string[]): string {
  return ['| key | type | default | meaning |', '| --- | --- | --- | --- |', ...rows(properties, required)].join('\n');
}

/** One row per key; nested keys follow with their full path. */
function rows(properties: Record<string, JsonSchema>, required: readonly string[], prefix = ''): string[] {
  return Object.entries(properties).flatMap(([key, schema]) => {
    const name = `${prefix}${key}`;
    const other = { url: 'url_file', address: 'url' }[key];
    const either = other !== undefined && properties[other] ? `required, or \`${other}\`` : '';
    const fallback = required.includes(key) ? 'required' : either || describeDefault(schema);
    const row = `| \`${name}\` | ${describeType(schema)} | ${fallback} | ${schema.description ?? ''} |`;
    return [row, ...innerRows(schema, name)];
  });
}

function innerRows(schema: JsonSchema, name: string): string[] {
  if ([schema, ...(schema.anyOf ?? [])].some((option) => option['section'] !== undefined)) return [];
  if (schema.properties) return rows(schema.properties, schema.required ?? [], `${name}.`);
  const map = [schema.items, ...(schema.items?.anyOf ?? [])].find((item) => item?.properties);
  return map?.properties ? rows(map.properties, map.required ?? [], `${name}[].`) : [];
}

function describeDefault({ default: value }: JsonSchema): string {
  if (value === undefined) return '';
  if (typeof value === 'object' && value !== null && Object.keys(value).length === 0) return '';
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

const DURATION_PATTERN = (z.toJSONSchema(duration(), { io: 'input' }) as JsonSchema).pattern;
const TYPES: Record<string, string> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: '`true` or `false`',
  object: 'map',
};

function describeType(schema: JsonSchema): string {
  if (schema.enum) return `one of ${schema.enum.map((value) => `\`${String(value)}\``).join(', ')}`;
  if (schema.pattern !== undefined && schema.pattern === DURATION_PATTERN) return 'duration';
  if (schema.anyOf) return schema.anyOf.map(describeType).join(' or ');
  if (schema.items) return `list of ${describeType(schema.items)}`;
  const { minimum, maximum } = schema;
  const type = TYPES[schema.type ?? ''] ?? schema.type ?? '';
  if (minimum !== undefined && maximum !== undefined) return `${type}, ${minimum} to ${maximum}`;
  return minimum === undefined ? type : `${type}, at least ${minimum}`;
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}
