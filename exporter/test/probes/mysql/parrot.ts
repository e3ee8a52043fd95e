/** A server that speaks MySQL's protocol, asks for the password by a key of its own, and says it back. */
import { constants, generateKeyPairSync, privateDecrypt } from 'node:crypto';
import { createServer } from 'node:net';
import { open, type Parrot } from '../../canaries/parrots';

const SCRAMBLE = Buffer.from('abcdefghijklmnopqrst');
/** Protocol 4.1, a password, a database, plugins, attributes. */
const CAPABILITIES = 0x1 | 0x8 | 0x200 | 0x8000 | 0x80000 | 0x100000;

/** https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_packets.html */
export function packet(sequence: number, ...parts: (Buffer | string | number[])[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part as string)));
  const head = Buffer.alloc(4);
  head.writeUIntLE(body.length, 0, 3);
  head[3] = sequence;
  return Buffer.concat([head, body]);
}

/** @param plugin by which it asks to log in */
export function greeting(plugin: string, version = '8.0.36', capabilities = CAPABILITIES): Buffer {
  const [low, high] = [capabilities & 0xffff, capabilities >>> 16].map((half) => [half & 0xff, half >> 8]) as [
    number[],
    number[],
  ];
  return packet(
    0,
    ...[[10], `${version}\0`, [1, 0, 0, 0], SCRAMBLE.subarray(0, 8), [0], low, [45], [2, 0], high, [21]],
    ...[Buffer.alloc(10), SCRAMBLE.subarray(8), [0], `${plugin}\0`]
  );
}

/** @param number of the server's error */
export function refusal(sequence: number, number: number, message: string): Buffer {
  return packet(sequence, [0xff, number & 0xff, number >> 8], '#28000', message);
}

const KEYS = generateKeyPairSync('rsa', {
  // short, as it is made whenever this file is read
  modulusLength: 1024,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
/** Whoever encrypts a password with it tells it to the parrot. */
export const PARROT_KEY = KEYS.publicKey;

export function mysqlParrot(): Promise<Parrot> {
  const key = { key: KEYS.privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' };
  return open(
    createServer((socket) => {
      let step = 0;
      let login = '';
      socket.write(greeting('caching_sha2_password'));
      socket.on('data', (data) => {
        step += 1;
        if (step === 1) {
          login = data
            .subarray(36)
            .toString('latin1')
            .replace(/[^ -~]/g, ' ');
          return socket.write(packet(2, [0xfe], 'caching_sha2_password\0', SCRAMBLE, [0]));
        }
        // nothing was given away
        if (step === 2 && data.length === 4) return socket.end(refusal(4, 1045, `${login} is wrong`.slice(0, 500)));
        if (step === 2) return socket.write(packet(4, [1, 4]));
        // it asks for the key
        if (data.length === 5) return socket.write(packet(6, [1], PARROT_KEY));
        const password = privateDecrypt(key, data.subarray(4)).map((byte, i) => byte ^ (SCRAMBLE[i % 20] as number));
        const heard = `${Buffer.from(password).subarray(0, -1).toString()} ${Buffer.from(password).toString('base64')} ${login}`;
        return socket.end(refusal((data[3] as number) + 1, 1045, `${heard} is wrong`.slice(0, 500)));
      });
    })
  );
}
