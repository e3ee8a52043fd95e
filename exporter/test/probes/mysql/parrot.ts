/** A server that speaks MySQL's protocol, asks for the password by a key of its own, and says it back. */
import { constants, generateKeyPairSync, privateDecrypt } from 'node:crypto';
import { createServer } from 'node:net';
import { open, type Parrot } from '../../canaries/parrots';
import { greeting, packet, refusal, SCRAMBLE } from './packets';

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
