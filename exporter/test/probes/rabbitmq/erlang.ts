/** What rabbitmqctl does in a broker that a test has started. */
import { evaluateErlang, type RunningServer } from '@onehertz/demo';

/** Runs `body` while the broker's memory alarm is on: it takes no messages then. */
export async function withMemoryAlarm(server: RunningServer, body: () => Promise<void>): Promise<void> {
  // as `rabbitmqctl set_vm_memory_high_watermark`
  const setHighWatermark = (limit: string) =>
    evaluateErlang(server, `vm_memory_monitor:set_vm_memory_high_watermark(${limit}).`);
  await setHighWatermark('{absolute, "1MB"}');
  try {
    await body();
  } finally {
    await setHighWatermark('0.4');
  }
}

/** Runs `body` while the broker's node is in maintenance mode. */
export async function inMaintenance(server: RunningServer, body: () => Promise<void>): Promise<void> {
  // as `rabbitmq-upgrade`
  await evaluateErlang(server, 'rabbit_maintenance:drain().');
  try {
    await body();
  } finally {
    await evaluateErlang(server, 'rabbit_maintenance:revive().');
  }
}
