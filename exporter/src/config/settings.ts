/** Checks all settings other than the components. */
import { z } from 'zod';
import { isSecret } from '../fields/secrets';
import { checkTiming } from './components/timing';
import { parseConverting } from './reading/conversion';
import { describeIssue } from './reading/issues';
import type { Path } from './reading/problems';
import { keysAt } from './reading/schema-keys';
import { isMap } from './reading/source';
import type { ParsedText } from './reading/yaml-thread';
import { configSchema } from './schema';

const settingsSchema = configSchema.extend({ components: z.array(z.unknown()) });

/** The global settings; components are not validated. */
export type Settings = z.output<typeof settingsSchema>;

/** The settings of a configuration without a file. */
export const defaultSettings = (): Settings => settingsSchema.parse({ components: [] });

/**
 * Reports every problem to `report`. Returns usable settings, with defaults in place of invalid ones; `undefined` if
 * the document is not usable at all.
 */
export function checkSettings(
  document: ParsedText,
  report: (path: Path, message: string) => void
): Settings | undefined {
  const { value } = document;
  if (value === null) {
    report([], 'is empty; expected at least the key components');
    return undefined;
  }
  if (!isMap(value)) {
    report([], 'expected a map with at least the key components');
    return undefined;
  }
  // extension fields, for YAML anchors, as in Compose files
  for (const key of Object.keys(value)) if (key.startsWith('x-')) delete value[key];

  const isText = (path: Path) => document.variablesOf(path) !== undefined;
  const checked = parseConverting(settingsSchema, value, isText);
  const { components } = value;
  if (!checked.ok) {
    const options = {
      value,
      mayShow: (path: Path) => !isText(path) && !isSecret(configSchema, path),
      knownKeys: (path: Path) => keysAt(configSchema, path),
    };
    for (const issue of checked.issues)
      if (!document.isBroken(issue.path))
        for (const { path, message } of describeIssue(issue, options)) report(path, message);
    return Array.isArray(components) ? { ...defaultSettings(), components } : undefined;
  }
  const settings = checked.data;
  if (settings.components.length === 0) report(['components'], 'is empty; name at least one component');
  const findings = checkTiming(settings);
  for (const { path, message } of findings) report(path, message);
  if (settings.flapping.stop >= settings.flapping.start)
    report(['flapping', 'stop'], `must be below start (${settings.flapping.start}), but is ${settings.flapping.stop}`);
  const { interval, timeout } = findings.length > 0 ? defaultSettings() : settings;
  return { ...settings, interval, timeout };
}
