import { chat } from './chat.ts';
import type { Format } from './format.ts';
import { messages } from './messages.ts';
import { responses } from './responses.ts';

/** THE LIST. Add further endpoints that ask a model here. */
const formats: readonly Format[] = [chat, responses, messages];

const byPath = new Map(formats.map((format) => [`/v1${format.answers.path}`, format]));

/** Null for a path that asks no model. */
export function formatAt(path: string): Format | null {
  return byPath.get(path) ?? null;
}

/** The path of a request without its query. `/api/v1`, OpenRouter's own prefix, is the same as `/v1`. */
export function pathOf(url: string | undefined): string {
  const query = url?.indexOf('?') ?? -1;
  const path = query < 0 ? (url ?? '/') : (url ?? '/').slice(0, query);
  return path.startsWith('/api/v1') ? path.replace(/^\/api(?=\/v1(\/|$))/, '') : path;
}

/** The format of errors at this URL. */
export function formatFor(url: string | undefined): Format {
  const path = pathOf(url);
  return formatAt(path) ?? (path.startsWith('/v1/messages') ? messages : chat);
}

/** The query string of a URL, including the question mark. */
export function queryOf(url = ''): string {
  const at = url.indexOf('?');
  return at < 0 ? '' : url.slice(at);
}
