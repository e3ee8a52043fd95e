/** The last line before a result leaves its probe: whatever the probe itself overlooked, no secret of its target and no text that is unfit to be shown goes further. */
import type { Logger } from 'pino';
import { describeError, toError } from '../../text/errors';
import { reworded } from '../../text/failure-reason';
import { createMask } from '../../text/mask';
import type { Probe, ProbeContext, SafeProbe } from '../probe';
import { safeResult, type Mask } from './safe-result';

/** As `create`, but without the secrets of the context in results, in what `run` throws, and in the log; all texts are safe. */
export function guarded(create: (context: ProbeContext) => Probe, context: ProbeContext): SafeProbe {
  const { secrets } = context;
  const mask = secrets.length === 0 ? undefined : createMask(secrets, 6);
  const probe = create(mask ? { ...context, log: maskedLog(context.log, mask) } : context);
  return {
    ...probe,
    retryNow() {
      queueMicrotask(() => {
        try {
          probe.retryNow?.();
        } catch (error) {
          context.log.error({ err: describeError(error, secrets) }, 'its probe cannot try again at once');
        }
      });
    },
    async run(signal) {
      try {
        return safeResult(await detached(() => probe.run(signal)), mask);
      } catch (error) {
        throw reworded(new Error(describeError(error, secrets)), error);
      }
    },
    close: () => detached(() => probe.close()),
  };
}

/**
 * Begins `work` on a stack of its own. What a probe keeps for a while, such as a connection that its server does not close, keeps the errors that
 * were made for it; their stacks keep what stood on them, and so would all components that were started or replaced together.
 */
function detached<T>(work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    queueMicrotask(() => {
      try {
        work().then(resolve, reject);
      } catch (error) {
        reject(toError(error));
      }
    });
  });
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
