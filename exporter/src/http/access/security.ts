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

/** Whether `origin` is configured by its name. `null` is the origin of many pages, e.g. of files and sandboxed frames. */
function isNamed(origin: string | undefined, allowed: readonly string[]): origin is string {
  return origin !== undefined && origin !== 'null' && allowed.includes(origin);
}

/**
 * Whether the page that sends the request may change something: one of a configured origin, or of the exporter's own. The exporter's own
 * origin is not sufficient where it could be forged by DNS rebinding: a foreign page whose name resolves to the
 * exporter's address. Authentication, the certificate, or a host name that cannot be registered by others protects
 * against that. A browser names the origin of every page that sends a request other than GET and HEAD; one that leaves it out still says
 * whether the page is of another site. Clients that are no browsers say neither.
 */
function originMayWrite(request: Request, allowed: readonly string[], authenticates: boolean): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return !FOREIGN_SITES.has(request.get('Sec-Fetch-Site') ?? '');
  if (isNamed(origin, allowed)) return true;
  return originAllowed(origin, host, []) && (authenticates || request.secure || isLocalName(host ?? ''));
}

/** Values of `Sec-Fetch-Site` for requests of pages of other origins. */
const FOREIGN_SITES: ReadonlySet<string> = new Set(['cross-site', 'same-site']);

/** An address, `localhost`, or a name without a dot, as in Compose: such names cannot be registered. */
function isLocalName(host: string): boolean {
  if (!URL.canParse(`http://${host}`)) return false;
  const name = new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, '');
  return isIP(name) !== 0 || !name.includes('.') || name.endsWith('.localhost');
}

/**
 * Adds CORS headers for allowed origins; rejects writes from other origins. Pages of origins that are configured by name may have the browser
 * send the password or certificate that its user has given for the exporter.
 */
export function refuseForeignPages(allowed: readonly string[], authenticates: () => boolean): RequestHandler {
  return (request, response, next) => {
    const { origin, host } = request.headers;
    response.vary('Origin');
    if (origin !== undefined && originAllowed(origin, host, allowed)) {
      response.setHeader('Access-Control-Allow-Origin', origin);
      if (isNamed(origin, allowed)) response.setHeader('Access-Control-Allow-Credentials', 'true');
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
      message: `pages of ${origin ?? 'other sites'} may not do this; allow them with --web.cors-origin, or protect the exporter with --web.config.file`,
    });
  };
}
