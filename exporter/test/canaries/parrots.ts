/** Servers that repeat what they receive, passwords first. */
import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export interface Parrot {
  port: number;
  /** Bodies of accepted pushes. */
  pushes: string[];
  close(): Promise<void>;
}

/** A parrot that is this server; `pushes`: what it puts aside. */
export async function open(server: Server, pushes: string[] = []): Promise<Parrot> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    pushes,
    async close() {
      server.close();
      sockets.forEach((socket) => socket.destroy());
      await once(server, 'close');
    },
  };
}

/** The whole request, and the decoded basic authentication. */
function heardIn({ method, url, headers }: IncomingMessage): string {
  const encoded = /^Basic (.*)$/.exec(headers.authorization ?? '')?.[1];
  const decoded = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString();
  return `${decoded} ${encoded ?? ''} ${method} ${url} ${decodeURIComponent(url ?? '')} ${JSON.stringify(headers)}`;
}

/**
 * HTTP: `/good` is healthy, `/grafana` accepts every second push, `/plain` has it in its text, everything else fails.
 */
export function httpParrot(): Promise<Parrot> {
  const pushes: string[] = [];
  let asked = 0;
  const server = createHttpServer((request, response) => {
    const heard = heardIn(request);
    const name = heard.slice(0, 30);
    const path = request.url ?? '';
    let body = '';
    request.on('data', (data: Buffer) => (body += data.toString()));
    request.on('end', () => {
      if (path.startsWith('/grafana')) {
        if (asked++ % 2 === 1) {
          pushes.push(body);
          return response.end('{}');
        }
        return response.writeHead(500).end(JSON.stringify({ message: heard }));
      }
      if (path.startsWith('/plain')) return response.writeHead(500, { 'content-type': 'text/plain' }).end(heard);
      const words = { message: heard, version: name, service: name, error: heard, output: heard, title: heard };
      const dependencies = { [name]: 'down', [heard.slice(0, 200)]: { status: 'down', message: heard } };
      const receiver = { name: heard, location: name };
      const model = { model_name: name, stage: heard, active_version: heard };
      const answer = { ...words, ...model, receiver, dependencies, [heard]: heard, accuracy: 0.9 };
      const good = path.startsWith('/good');
      response.writeHead(good ? 200 : 500, { 'content-type': 'application/json', server: 'parrot', location: path });
      return response.end(JSON.stringify({ ...answer, status: good ? 'healthy' : heard }));
    });
  });
  return open(server, pushes);
}

/** S3: an error document with all that was sent. */
export function s3Parrot(): Promise<Parrot> {
  return open(
    createHttpServer((request, response) => {
      if (request.url?.startsWith('/minio/health')) return response.end();
      const text = heardIn(request).replace(/[<&]/g, '');
      const error = `<Error><Code>${text}</Code><Message>${text}</Message><BucketName>${text}</BucketName></Error>`;
      return response.writeHead(403, { 'content-type': 'application/xml' }).end(`<?xml version="1.0"?>${error}`);
    })
  );
}

/** PostgreSQL: requests the password in plain text, and repeats it in an error. */
export function postgresqlParrot(): Promise<Parrot> {
  const message = (type: string, body: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(body.length + 4);
    return Buffer.concat([Buffer.from(type), length, body]);
  };
  return open(
    createServer((socket) => {
      let login = '';
      socket.on('data', (data) => {
        const isPassword = data[0] === 'p'.charCodeAt(0);
        if (!isPassword) {
          login = data.toString('latin1');
          return socket.write(message('R', Buffer.from([0, 0, 0, 3])));
        }
        const heard = `${data.subarray(5, -1).toString()} ${login.replace(/[^ -~]/g, ' ')}`;
        const fields = ['SFATAL', 'C28P01', `M${heard} is wrong`, `D${heard}`, `H${heard}`, ''].join('\0');
        return socket.end(message('E', Buffer.from(`${fields}\0`)));
      });
    })
  );
}

/** Redis: rejects every command, and repeats it. */
export function redisParrot(): Promise<Parrot> {
  return open(
    createServer((socket) => {
      socket.on('data', (data) => {
        const words = data
          .toString()
          .split('\r\n')
          .filter((word) => word !== '' && !/^[*$]\d+$/.test(word));
        socket.write(`-ERR you said ${words.join(' ')} and ${data.toString('base64')}\r\n`);
      });
    })
  );
}

/** AMQP 0-9-1: offers PLAIN, and closes the connection with what it received. */
export function amqpParrot(): Promise<Parrot> {
  const method = (classId: number, methodId: number, body: Buffer) => {
    const head = Buffer.alloc(11);
    head[0] = 1;
    head.writeUInt32BE(body.length + 4, 3);
    head.writeUInt16BE(classId, 7);
    head.writeUInt16BE(methodId, 9);
    return Buffer.concat([head, body, Buffer.from([0xce])]);
  };
  const long = (text: string) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(text.length);
    return Buffer.concat([length, Buffer.from(text)]);
  };
  return open(
    createServer((socket) => {
      socket.on('data', (data) => {
        if (data.subarray(0, 4).toString() === 'AMQP') {
          const start = Buffer.concat([Buffer.from([0, 9, 0, 0, 0, 0]), long('PLAIN AMQPLAIN'), long('en_US')]);
          return socket.write(method(10, 10, start));
        }
        // the answer to "start" holds \0user\0password
        const heard = data
          .toString('latin1')
          .replace(/[^ -~]/g, ' ')
          .slice(-200);
        const text = Buffer.from(`ACCESS_REFUSED ${heard}`.slice(0, 255));
        return socket.end(
          method(10, 50, Buffer.concat([Buffer.from([0x01, 0x93, text.length]), text, Buffer.from([0, 0, 0, 0])]))
        );
      });
    })
  );
}

/** TCP: an echo. */
export const tcpParrot = (): Promise<Parrot> => open(createServer((socket) => socket.pipe(socket)));
