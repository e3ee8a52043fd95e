/** Security headers, and the rules for which pages may access the exporter. */
import type { Request, RequestHandler } from 'express';
import helmet from 'helmet';
import { isIP } from 'node:net';
import { sendRefusal } from '../../outputs/refusal';

/** A strict policy: the landing page needs only its own script, style and stream. */
export function securityHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'self'"],
      },
    },
    // HSTS applies to the whole host including other ports, so it is left to the web configuration or a proxy
    strictTransportSecurity: false,
  });
}

/** Responses are not cached unless a route allows it; configured `headers` take precedence. */
export function configuredHeaders(headers: () => Readonly<Record<string, string>>): RequestHandler {
  return (_request, response, next) => {
    response.setHeader('Cache-Control', 'no-store');
    for (const [name, value] of Object.entries(headers())) {
      if (value === '') response.removeHeader(name);
      else response.setHeader(name, value);
    }
    next();
  };
}

/**
 * Whether a page of `origin` may use the API and the stream: the exporter's own pages and configured origins. Clients
 * other than browsers send no origin and are allowed.
 */
export function originAllowed(
  origin: string | undefined,
  host: string | undefined,
  allowed: readonly string[]
): boolean {
  if (origin === undefined) return true;
  if (allowed.includes('*') || allowed.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

/**
 * Whether a page of `origin` may change something: a configured origin, or the exporter's own. The exporter's own
 * origin is not sufficient where it could be forged by DNS rebinding: a foreign page whose name resolves to the
 * exporter's address. Authentication, the certificate, or a host name that cannot be registered by others protects
 * against that.
 */
function originMayWrite(request: Request, allowed: readonly string[], authenticates: boolean): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined || allowed.includes(origin)) return true;
  return originAllowed(origin, host, []) && (authenticates || request.secure || isLocalName(host ?? ''));
}

/** An address, `localhost`, or a name without a dot, as in Compose: such names cannot be registered. */
function isLocalName(host: string): boolean {
  if (!URL.canParse(`http://${host}`)) return false;
  const name = new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, '');
  return isIP(name) !== 0 || !name.includes('.') || name.endsWith('.localhost');
}

/** Adds CORS headers for allowed origins; rejects writes from other origins. */
export function refuseForeignPages(allowed: readonly string[], authenticates: () => boolean): RequestHandler {
  return (request, response, next) => {
    const { origin, host } = request.headers;
    response.vary('Origin');
    if (origin !== undefined && originAllowed(origin, host, allowed)) {
      response.setHeader('Access-Control-Allow-Origin', origin);
      if (request.method === 'OPTIONS')
        return void response
          .set({
            'Access-Control-Allow-Methods': 'GET, HEAD, POST, DELETE',
            'Access-Control-Allow-Headers': 'Authorization',
            'Access-Control-Max-Age': '600',
          })
          .sendStatus(204);
    }
    const reads = request.method === 'GET' || request.method === 'HEAD';
    if (reads || originMayWrite(request, allowed, authenticates())) return next();
    sendRefusal(response, {
      status: 403,
      message: `pages of ${origin} may not do this; allow them with --web.cors-origin, or protect the exporter with --web.config.file`,
    });
  };
}
