/** Options that several benchmarks have. */
import { InvalidArgumentError, Option } from 'commander';

/** @param flags e.g. `--rounds <n>` */
export function numberOption(flags: string, description: string, value: number): Option {
  return new Option(flags, description).default(value).argParser((text) => {
    const number = Number(text);
    if (text.trim() === '' || !Number.isFinite(number) || number < 0)
      throw new InvalidArgumentError('Expected a number.');
    return number;
  });
}

/** Values are separated by commas. */
export function listOption(flags: string, description: string, values: readonly (string | number)[]): Option {
  return new Option(flags, description)
    .default(values.map(String), values.join(','))
    .argParser((text) => text.split(',').filter((word) => word !== ''));
}

export const roundsOption = (rounds: number) =>
  numberOption('--rounds <n>', 'each figure is the median of so many', rounds);
export const secondsOption = (seconds: number) => numberOption('--seconds <n>', 'length of one measurement', seconds);
export const warmUpOption = (seconds: number) =>
  numberOption('--warm-up <n>', 'seconds before each measurement', seconds);
