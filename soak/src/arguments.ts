/** What the commands have in common. */
import { Command, InvalidArgumentError } from 'commander';

export interface CommonFlags {
  seed: number;
  minutes: number;
  /** Seconds. */
  gap: number;
}

/** A command that breaks servers at random. @param defaults of its options, in the units of {@link CommonFlags} */
export function soakCommand(name: string, description: string, defaults: Omit<CommonFlags, 'seed'>): Command {
  return new Command(name)
    .description(description)
    .option('--seed <number>', 'the same seed makes the same faults at the same times', integer, Date.now() % 1_000_000)
    .option('--minutes <number>', 'how long', positive, defaults.minutes)
    .option('--gap <seconds>', 'mean time between two faults', positive, defaults.gap)
    .helpOption('--help', 'print this help')
    .allowExcessArguments(false);
}

/** Runs it with the arguments of the process; a failure is one sentence and exit code 1. */
export function runCommand(command: Command): void {
  command.parseAsync().catch((error: unknown) => {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(1);
  });
}

/** Progress goes to standard error. */
export const tell = (line: string) => void process.stderr.write(`${line}\n`);

export function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('Expected a positive number.');
  return value;
}

function integer(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError('Expected a whole number.');
  return value;
}
