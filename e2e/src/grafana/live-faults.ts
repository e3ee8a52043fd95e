/** What can go wrong between a page and Grafana Live, played on the page's own WebSocket: Centrifuge's protocol in JSON, a command a line. */
import type { Page, WebSocketRoute } from 'playwright-core';

const SOCKET = /\/api\/live\/ws/;

interface Command {
  id?: number;
  connect?: object;
  subscribe?: { channel: string };
}

/** The page's sockets are refused, as by a proxy that passes none. */
export const refuseSocket = (page: Page) => page.routeWebSocket(SOCKET, (route) => route.close());

/** Each connection is closed as soon as it is made, for good: 3504 is Grafana's code where there are too many. */
export const closeSocket = (code: number, reason: string) => (page: Page) =>
  page.routeWebSocket(SOCKET, (route) => {
    relay(route, ({ connect }) => {
      if (!connect) return false;
      setTimeout(() => void route.close({ code, reason }), 50);
      return false;
    });
  });

/** Each subscription to a stream is answered with an error. */
export const refuseSubscriptions = (code: number, message: string) => (page: Page) =>
  page.routeWebSocket(SOCKET, (route) => {
    relay(route, ({ id, subscribe }) => {
      if (!subscribe?.channel.includes('stream/')) return false;
      route.send(JSON.stringify({ id, error: { code, message } }));
      return true;
    });
  });

/** @param take whether a command is dealt with, and not for the server */
function relay(route: WebSocketRoute, take: (command: Command) => boolean): void {
  const server = route.connectToServer();
  route.onMessage((message) => {
    const lines = message.toString().split('\n');
    const left = lines.filter((line) => line.trim() === '' || !take(JSON.parse(line) as Command));
    if (left.length > 0) server.send(left.join('\n'));
  });
}
