const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** `512 B`, `1.5 KiB`, `256 MiB`: three significant digits, in powers of 1024 as the tools of the servers and Grafana show them. */
export function bytesText(bytes: number): string {
  let power = 0;
  let value = bytes;
  // also what would be rounded up to 1024
  while (Math.abs(value) >= 1023.5 && power < UNITS.length - 1) {
    value /= 1024;
    power++;
  }
  const digits = Math.abs(value) < 1000 ? Number(value.toPrecision(3)) : Math.round(value);
  return `${digits} ${UNITS[power]}`;
}
