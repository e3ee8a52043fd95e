import { bytesText } from '../src';

test.each([
  [0, '0 B'],
  [512, '512 B'],
  [1023, '1023 B'],
  [1024, '1 KiB'],
  [1536, '1.5 KiB'],
  [100_000, '97.7 KiB'],
  [1_048_575, '1 MiB'],
  [256 * 1_048_576, '256 MiB'],
  [1010 * 1_048_576, '1010 MiB'],
  [3 * 1024 ** 5, '3072 TiB'],
])('%d bytes are %s', (bytes, text) => expect(bytesText(bytes)).toBe(text));
