/**
 * A program with many HTTP services, each on its own port: `node http-targets.js <control port> <count>`.
 * `GET /` on the control port lists the ports; `POST /<index>` sets a service's response: `{"status": 503, "body":
 * {…}}`.
 */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Answer {
  status: number;
  body: unknown;
}

const answers: Answer[] = [];

const service =
  (index: number): RequestListener =>
  (_request, response) => {
    const { status, body } = answers[index] ?? { status: 200, body: { status: 'healthy', version: '1.4.2' } };
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  };

async function main(controlPort: number, count: number): Promise<void> {
  const ports = await Promise.all(Array.from({ length: count }, (_, index) => listen(createServer(service(index)), 0)));
  await listen(
    createServer((request, response) => {
      if (request.method !== 'POST') return void response.end(JSON.stringify(ports));
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        answers[Number(request.url?.slice(1))] = JSON.parse(text) as Answer;
        response.end();
      });
    }),
    controlPort
  );
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((done, failed) => {
    server.once('error', failed);
    server.listen(port, '127.0.0.1', () => done((server.address() as AddressInfo).port));
  });
}

void main(Number(process.argv[2]), Number(process.argv[3]));
