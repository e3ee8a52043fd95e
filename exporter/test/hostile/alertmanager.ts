/** Hostile Alertmanagers: one lists expressions that take long to be matched and texts that are no texts, one lists without end. */
import { createServer } from 'node:http';
import { repeated, sendForever, type Attack } from './twin';

const hard = (index: number) => ({
  id: `00000000-0000-0000-0000-${String(index).padStart(12, '0')}`,
  status: { state: 'active' },
  ...{ startsAt: '2026-01-01T00:00:00.000Z', endsAt: '2099-01-01T00:00:00.000Z' },
  ...{ createdBy: '\u001b[31m\u202eAda'.repeat(10), comment: '\u001b]0;x\u0007\u2066token=a://b:c@' },
  matchers: [
    { name: 'component', value: `.*${'(a|b)?'.repeat(100)}`, isRegex: true, isEqual: true },
    { name: 'display_name', value: `(((.?){20}){20})${index}?`, isRegex: true, isEqual: true },
  ],
});
const HARD = JSON.stringify(Array.from({ length: 900 }, (_, index) => hard(index)));

const server = createServer((request, response) => void request.resume().on('end', () => response.end(HARD)));

/** As a component it is a port that takes connections. */
export const ALERTMANAGER: Attack = {
  name: 'alertmanager',
  component: (port) => ({ probe: 'tcp', address: `127.0.0.1:${port}` }),
  serve: (socket) => void server.emit('connection', socket),
  isUp: true,
  isPolled: true,
};

const endless = createServer((_request, { socket }) => {
  socket?.write('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n');
  if (socket) sendForever(socket, repeated('[{},'));
});

export const ALERTMANAGER_ENDLESS: Attack = {
  ...ALERTMANAGER,
  name: 'alertmanager-endless',
  serve: (socket) => void endless.emit('connection', socket),
};
