/** What looks at packets before a library reads them. */

/**
 * Knows where in a protocol each answer ends. Its work is linear in what it is given, and it keeps no more than one header or frame.
 * @throws Error if the protocol is broken, TooMuch if a limit is passed: then nothing of this packet is read by anybody
 */
export interface Inspector {
  /** @returns how many replies, frames or messages ended or began in it */
  (packet: Buffer): number;
}
