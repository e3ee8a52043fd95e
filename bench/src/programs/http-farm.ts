/** Many small services in one process: it responds on every local address. */
import { createServer } from 'node:http';
import { answerWith, ready, settings } from './program';

const { port } = settings<{ port: number }>();
const counters = { requests: 0, connections: 0 };
const started = Date.now();

const server = createServer((request, response) => {
  counters.requests++;
  if (request.url !== '/health') return void response.writeHead(404).end();
  const body = JSON.stringify({
    status: 'healthy',
    service: 'orders',
    version: '2.14.3',
    uptime_seconds: Math.floor((Date.now() - started) / 1000),
    dependencies: { postgresql: 'healthy', redis: 'healthy', rabbitmq: 'healthy' },
  });
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body);
});
server.on('connection', () => counters.connections++);
// Express and Fastify keep Node's default of 5 s
server.listen({ port, host: '0.0.0.0', backlog: 4096 }, ready);
answerWith(() => ({ ...counters }));
