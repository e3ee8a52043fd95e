/** Converts the findings of one run to a result. */
import type { QueueCount, QueueProblem } from '../amqp/queues';
import type { GaugeSample, JsonValue, ProbeResult } from '../probe';
import type { ManagementReport } from './management';

/** Limited, because details are sent every second: they contain only the fullest queues, gauges contain all. */
const QUEUES_IN_DETAILS = 3;
const PROBLEMS_IN_MESSAGE = 3;

export interface RabbitmqFindings {
  responseTimeMs: number;
  version: string | undefined;
  /** Why the broker accepts no messages; `undefined` if the message came back. */
  blocked: string | undefined;
  limits: readonly { name: string; max_messages?: number }[];
  /** Why no message was sent: a permission or limit of the broker, which otherwise responds. */
  untried?: string;
  /** In the order of `limits`; an Error if the queues could not be counted. */
  inspection: (QueueCount | QueueProblem)[] | Error;
  /** The previous counts, if these failed. */
  lastInspection?: (QueueCount | QueueProblem)[];
  management: ManagementReport | undefined;
  managementError: Error | undefined;
}

export function rabbitmqResult(findings: RabbitmqFindings): ProbeResult {
  const { blocked, inspection, management, managementError, responseTimeMs, untried, version } = findings;
  const counts = inspection instanceof Error ? [] : inspection.filter((entry) => 'messages' in entry);
  const warnings = [...queueWarnings(findings), ...managementWarnings(management, blocked)];
  if (untried !== undefined) warnings.unshift(`the broker answers, but no message was sent: ${untried}`);
  const notes: string[] = [];
  if (inspection instanceof Error) notes.push(`queues not counted: ${inspection.message}`);
  if (managementError) notes.push(managementError.message);

  const status = blocked !== undefined ? 'degraded' : warnings.length > 0 ? 'warning' : 'healthy';
  const problems = blocked === undefined ? warnings : [`publishers are blocked: ${blocked}`, ...warnings];
  if (problems.length > PROBLEMS_IN_MESSAGE)
    problems.splice(PROBLEMS_IN_MESSAGE, Infinity, `${problems.length - PROBLEMS_IN_MESSAGE} more problems`);
  const message = [...(problems.length > 0 ? problems : ['test message delivered']), ...notes].join('; ');
  return {
    status,
    responseTimeMs,
    message,
    version,
    details: detailsOf(counts, findings),
    gauges: gaugesOf(counts, findings),
  };
}

function queueWarnings({ inspection, lastInspection = [], limits }: RabbitmqFindings): string[] {
  return (inspection instanceof Error ? lastInspection : inspection).flatMap((entry, index) => {
    if ('problem' in entry) return [entry.problem];
    const limit = limits[index]?.max_messages;
    if (limit === undefined || entry.messages <= limit) return [];
    return [`queue "${entry.name}" holds ${entry.messages} messages, more than ${limit}`];
  });
}

function managementWarnings(report: ManagementReport | undefined, blocked: string | undefined): string[] {
  if (!report) return [];
  const warnings: string[] = [];
  if (report.nodesRunning < report.nodes) warnings.push(`${report.nodesRunning} of ${report.nodes} nodes running`);
  if (report.drained) warnings.push(`${nodes(report.drained)} in maintenance mode (drained)`);
  if (report.partitioned > 0) warnings.push(`network partition: seen by ${nodes(report.partitioned)}`);
  // already reported if we are blocked ourselves
  if (blocked === undefined && report.memoryAlarms > 0) warnings.push(`memory alarm on ${nodes(report.memoryAlarms)}`);
  if (blocked === undefined && report.diskAlarms > 0) warnings.push(`disk alarm on ${nodes(report.diskAlarms)}`);
  return warnings;
}

const nodes = (count: number) => (count === 1 ? '1 node' : `${count} nodes`);

function detailsOf(counts: readonly QueueCount[], findings: RabbitmqFindings): Record<string, JsonValue> {
  const { blocked, management } = findings;
  const details: Record<string, JsonValue> = {};
  if (counts.length > 0) {
    const fullest = [...counts].sort((a, b) => b.messages - a.messages).slice(0, QUEUES_IN_DETAILS);
    details.queues = fullest.map(({ name, messages, consumers }) => {
      const unacked = management?.unacked.get(name);
      return { name, ready: messages, consumers, ...(unacked === undefined ? {} : { unacked }) };
    });
  }
  if (blocked !== undefined) details.blocked = blocked;
  if (management) {
    details.nodes = management.nodes;
    details.nodes_running = management.nodesRunning;
    if (management.memoryAlarms > 0) details.memory_alarms = management.memoryAlarms;
    if (management.diskAlarms > 0) details.disk_alarms = management.diskAlarms;
    if (management.partitioned > 0) details.partitions = management.partitioned;
  }
  return details;
}

function gaugesOf(counts: readonly QueueCount[], { blocked, management }: RabbitmqFindings): GaugeSample[] {
  const gauges: GaugeSample[] = [
    { name: 'component_rabbitmq_publishers_blocked', value: blocked === undefined ? 0 : 1 },
  ];
  for (const { name: queue, messages, consumers } of counts) {
    gauges.push({ name: 'component_rabbitmq_messages_ready', labels: { queue }, value: messages });
    gauges.push({ name: 'component_rabbitmq_consumers', labels: { queue }, value: consumers });
  }
  if (!management) return gauges;
  for (const [queue, value] of management.unacked)
    gauges.push({ name: 'component_rabbitmq_messages_unacknowledged', labels: { queue }, value });
  gauges.push(
    { name: 'component_rabbitmq_nodes', value: management.nodes },
    { name: 'component_rabbitmq_nodes_running', value: management.nodesRunning },
    { name: 'component_rabbitmq_alarms', labels: { resource: 'memory' }, value: management.memoryAlarms },
    { name: 'component_rabbitmq_alarms', labels: { resource: 'disk' }, value: management.diskAlarms },
    { name: 'component_rabbitmq_partitions', value: management.partitioned }
  );
  return gauges;
}
