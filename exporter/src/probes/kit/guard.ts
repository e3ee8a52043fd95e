/** Removes secrets that a probe itself overlooked. */
import type { Logger } from 'pino';
import { describeError } from '../../text/errors';
import { reworded } from '../../text/failure-reason';
import { createMask } from '../../text/mask';
import type { JsonValue, Probe, ProbeContext, ProbeResult } from '../probe';

/** Wraps `create` so that the context's secrets are removed from results, errors and the log. */
export function guarded(create: (context: ProbeContext) => Probe, context: ProbeContext): Probe {
  const { secrets } = context;
  if (secrets.length === 0) return create(context);
  const mask = createMask(secrets, 6);
  const probe = create({ ...context, log: maskedLog(context.log, mask) });
  return {
    ...probe,
    async run(signal) {
      try {
        return masked(await probe.run(signal), mask);
      } catch (error) {
        throw reworded(new Error(describeError(error, secrets)), error);
      }
    },
  };
}

type Mask = (text: string) => string;

function masked(result: ProbeResult, mask: Mask): ProbeResult {
  const { message, error, version, details, gauges } = result;
  const all: ProbeResult = { ...result };
  if (message !== undefined) all.message = mask(message);
  if (error !== undefined) all.error = mask(error);
  if (version !== undefined) all.version = mask(version);
  if (details) all.details = maskedMap(details, mask);
  if (gauges?.some(({ labels }) => labels))
    all.gauges = gauges.map((sample) =>
      sample.labels ? { ...sample, labels: maskedMap(sample.labels, mask) } : sample
    );
  return all;
}

function maskedMap<T extends JsonValue>(map: Record<string, T>, mask: Mask): Record<string, T> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [mask(key), maskedValue(value, mask) as T]));
}

function maskedValue(value: JsonValue, mask: Mask): JsonValue {
  if (typeof value === 'string') return mask(value);
  if (Array.isArray(value)) return value.map((item) => maskedValue(item, mask));
  return typeof value === 'object' && value !== null ? maskedMap(value, mask) : value;
}

function maskedLog(log: Logger, mask: Mask): Logger {
  return log.child(
    {},
    {
      msgPrefix: '',
      formatters: {
        log: (fields) =>
          Object.fromEntries(
            Object.entries(fields).map(([key, value]) => [key, typeof value === 'string' ? mask(value) : value])
          ),
      },
    }
  );
}
