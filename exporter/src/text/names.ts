/** Names derived from addresses. */

/**
 * A component's name from an address: host, port and path, without credentials and without the path `/health`.
 * `http://user:secret@Backend:8000/health` → `backend-8000`.
 */
export function nameOfAddress(address: string): string {
  const words = withoutCredentials(address)
    .replace(/\/health\/?$/, '')
    .toLowerCase()
    .split(/[^a-z0-9_]+/)
    .filter((word) => word !== '');
  return words.join('-').replace(/^_+/, '').slice(0, 100) || 'target';
}

/** `http://user:secret@Backend:8000/health?key=secret` → `Backend:8000/health`. */
export function withoutCredentials(address: string): string {
  return withoutQuery(address.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').replace(/^[^/?#]*@/, ''));
}

/** An address or a path up to its query or fragment, which may hold secrets. */
export function withoutQuery(address: string): string {
  return address.split(/[?#]/, 1)[0] ?? '';
}
