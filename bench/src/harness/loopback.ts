/** The address of the target with this number, below 2^16: `127.1.0.0`, `127.1.0.1`, … all of 127.0.0.0/8 is this machine. */
export function loopback(index: number): string {
  return `127.1.${index >> 8}.${index & 255}`;
}
