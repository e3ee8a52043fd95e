/** Baseline of probing over TCP: a new connection to each address once a second, closed once established. */
import { connect } from 'node:net';
import { loopback } from '../harness/loopback';
import { answerWith, ready, settings } from './program';

const { origins, farm } = settings<{ origins: number; farm: number }>();
const counters = { done: 0, failed: 0 };

function check(host: string): void {
  const socket = connect({ host, port: farm }, () => {
    counters.done++;
    socket.destroy();
  });
  socket.on('error', () => counters.failed++);
}

const hosts = Array.from({ length: origins }, (_, i) => loopback(i));
setInterval(() => hosts.forEach(check), 1000);
answerWith(() => counters);
ready();
