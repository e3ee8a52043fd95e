/** A hostile Grafana: to every push it answers with a megabyte of error. */
import { createServer } from 'node:http';
import { repeated, type Attack } from './twin';

const server = createServer((request, response) => {
  request.resume().on('end', () => {
    const message = repeated('token=token=a://b:c@', 1_000_000);
    response.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
  });
});

/** As a component it is a port that takes connections. */
export const GRAFANA: Attack = {
  name: 'grafana',
  component: (port) => ({ probe: 'tcp', address: `127.0.0.1:${port}` }),
  serve: (socket) => void server.emit('connection', socket),
  isUp: true,
};
