/** Headers for browsers, and the rules which pages may talk to the exporter. */
import type { Request, RequestHandler } from 'express';
import helmet from 'helmet';
import { isIP } from 'node:net';
import { sendRefusal } from '../../outputs/refusal';

/** A strict policy: the landing page needs its own script, style and stream, and nothing else. */
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
    // binds the whole host, other ports too: for the web configuration or a proxy to say
    strictTransportSecurity: false,
  });
}

/** Answers are not for caches, unless a route says otherwise; `headers` has the last word. */
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
 * Whether a page of `origin` may use the API and the stream: the exporter's own pages and those that were allowed.
 * Clients that are no browsers send no origin, and may.
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
 * Whether a page of `origin` may change something: one that was allowed by name, or the exporter's own.
 * Its own is not enough where a page from elsewhere can make itself look so: it lets its name resolve to the exporter's address
 * ("DNS rebinding"). Against that stands authentication, or the certificate, or that the name is none that strangers can own.
 */
function originMayWrite(request: Request, allowed: readonly string[], authenticates: boolean): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined || allowed.includes(origin)) return true;
  return originAllowed(origin, host, []) && (authenticates || request.secure || isLocalName(host ?? ''));
}

/** An address, `localhost`, or a name without a dot, as in Compose: nobody can register those. */
function isLocalName(host: string): boolean {
  if (!URL.canParse(`http://${host}`)) return false;
  const name = new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, '');
  return isIP(name) !== 0 || !name.includes('.') || name.endsWith('.localhost');
}

/** Answers foreign pages' requests with CORS headers where they are allowed; refuses their writes where they are not. */
export function refuseForeignPages(allowed: readonly string[], authenticates: () => boolean): RequestHandler {
  return (request, response, next) => {
    const { origin, host } = request.headers;
    response.vary('Origin');
    if (origin !== undefined && originAllowed(origin, host, allowed)) {
      response.setHeader('Access-Control-Allow-Origin', origin);
      if (request.method === 'OPTIONS')
        return void response
          .set({
            'Access-Control-Allow-Methods': 'GET, HEAD, POST',
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
