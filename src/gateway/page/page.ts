import type { IncomingMessage, ServerResponse } from 'node:http';
import { style } from '../../html/style.ts';
import script from './browser.js?raw';
import { html, icon, pageStyle } from './document.ts';
import { createReaders, type PageSources } from './readers.ts';

interface PageRequest {
  readonly path: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** The page of `serve`: static files, and the events that fill them. Loaded when it is first opened. */
export function createPage(sources: PageSources) {
  const readers = createReaders(sources);
  return async ({ path, request, response }: PageRequest): Promise<void> => {
    if (path === '/events') {
      return request.method === 'HEAD' ? void response.end() : readers.add(response);
    }
    const [type, text] = files[path] ?? files['/'];
    response.writeHead(200, {
      ...headers,
      'content-type': type,
      'content-length': Buffer.byteLength(text),
    });
    response.end(text);
  };
}

type Files = Readonly<Record<string, readonly [type: string, text: string]>> & {
  readonly '/': readonly [type: string, text: string];
};

const files: Files = {
  '/': ['text/html; charset=utf-8', html],
  '/page/style.css': ['text/css; charset=utf-8', `${style}${pageStyle}`],
  '/page/script.js': ['text/javascript; charset=utf-8', script],
  '/page/icon.svg': ['image/svg+xml', icon],
};

const headers = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  // After an upgrade, browsers must load the new page.
  'cache-control': 'no-cache',
};
