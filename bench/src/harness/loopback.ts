/** The address of target number `index`, below 2^16: `127.1.0.0`, `127.1.0.1`, … All of 127.0.0.0/8 is local. */
export function loopback(index: number): string {
  return `127.1.${index >> 8}.${index & 255}`;
}
