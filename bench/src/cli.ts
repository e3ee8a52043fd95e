/** `npm run bench`: runs all benchmarks, or those named. */
import { Command, CommanderError } from 'commander';
import { BENCHES } from './benches';
import type { Bench } from './harness/bench';
import { report } from './harness/report';
import { runBench } from './harness/run';

const [FAILED, USAGE, INTERRUPTED] = [1, 2, 130];

async function main(): Promise<void> {
  const program = new Command('npm run bench --')
    .description(
      'Measures against peers and bare loops in the same run. Without a name: all of them, which takes long.'
    )
    .helpOption('--help', 'print this help')
    .helpCommand(false)
    .exitOverride()
    .action(async () => {
      for (const bench of BENCHES) if (bench.byName !== true) await run(bench, defaultsOf(bench));
    });
  for (const bench of BENCHES) {
    const command = program
      .command(bench.name)
      .description(bench.description)
      .exitOverride()
      .allowExcessArguments(false);
    bench.options?.forEach((option) => command.addOption(option));
    command.action((options: Record<string, unknown>) => run(bench, options));
  }
  try {
    await program.parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : USAGE;
  }
}

const interrupted = new Promise<never>((_, reject) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => reject(new Interrupted(signal)));
});
interrupted.catch(() => undefined);

class Interrupted extends Error {}

async function run(bench: Bench, options: Record<string, unknown>): Promise<void> {
  try {
    const results = await runBench(bench, options, interrupted);
    process.stdout.write(`${report({ bench, options, results })}\n\n`);
  } catch (error) {
    if (error instanceof Interrupted) process.exit(INTERRUPTED);
    process.stderr.write(`${bench.name}: ${(error as Error).message}\n`);
    process.exitCode = FAILED;
  }
}

function defaultsOf({ options = [] }: Bench): Record<string, unknown> {
  return Object.fromEntries(options.map((option) => [option.attributeName(), option.defaultValue as unknown]));
}

// everything is stopped by now; a lingering connection must not delay the exit
void main().finally(() => process.exit());
