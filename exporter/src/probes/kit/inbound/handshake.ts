/** What a server says before a TLS handshake is over: OpenSSL reads that by itself, and passes over some of it without end. */
import type { Socket } from 'node:net';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { withReason } from '../../../text/failure-reason';
import { LIMITS, TooMuch } from './limits';

/** A flood is that of the fastest network for so long. */
const LOOK_MS = 20;

/** Node's own handles: the one of a connection, below that of its TLS, counts what came over the network. */
interface WithHandles {
  _handle?: { _parent?: { bytesRead?: number } } | null;
}

/** `tls.connect`, for every connection that is made here: of a handshake no more is read than it can be. @param onSecure called when it is over */
export function connectTls(options: ConnectionOptions, onSecure?: () => void): TLSSocket {
  const socket = connect(options, onSecure);
  limitHandshake(socket);
  return socket;
}

/** The same for a library that makes connections itself. To be called before the handshake. */
export function limitHandshake(socket: TLSSocket): void {
  const received = () => (socket as unknown as WithHandles)._handle?._parent?.bytesRead ?? 0;
  socket.once('secureConnect', limited(socket, received));
}

/** The same for a library that makes the TLS of this connection itself, and hands it out afterwards. @returns to be called when the handshake is over */
export function limitHandshakeOver(socket: Socket): () => void {
  return limited(socket, () => socket.bytesRead);
}

function limited(socket: Socket, received: () => number): () => void {
  const timer = setInterval(() => {
    if (received() <= LIMITS.handshakeBytes) return;
    stop();
    const tooMuch = new TooMuch(`sent more than ${LIMITS.handshakeBytes} bytes before the TLS handshake was over`);
    socket.destroy(withReason(tooMuch, 'protocol'));
  }, LOOK_MS);
  const stop = () => clearInterval(timer);
  socket.once('close', stop);
  return stop;
}
