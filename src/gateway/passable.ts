import { HttpError } from './http-response.ts';

/** Manages the account, its keys, members and payments: `serve` does not lend the entry's key for that. */
const management =
  /^\/(keys|auth|byok|guardrails|organization|scim|workspaces|observability)(\/|$)|^\/credits\/./;

/** Model endpoints, where an entry decides. Another spelling of the path must not bypass it. */
const models = /^\/(presets\/[^/]+\/)?(chat\/completions|responses|messages)\/?$/;

/** The path as OpenRouter reads it, without `/v1`. Throws HttpError for a path that is not passed through. */
export function passablePath(method: string, path: string): string {
  const plain = decoded(path.slice('/v1'.length)).toLowerCase();
  if (management.test(plain) || (/^\/presets(\/|$)/.test(plain) && method !== 'GET')) {
    throw new HttpError(
      403,
      'management_refused',
      `serve does not pass on ${method} ${path}: it manages the account. Send it to OpenRouter itself`,
    );
  }
  if (models.test(plain)) {
    throw new HttpError(
      404,
      'not_found',
      `${method} ${path} does not exist: use POST /v1/chat/completions, /v1/responses or /v1/messages`,
    );
  }
  return plain;
}

/** Throws HttpError for a path that servers may interpret differently. */
function decoded(path: string): string {
  const plain = decodedOnce(path);
  const isOdd = /%|\\|\/\/|[^\x21-\x7e]|[?#;]|(^|\/)\.{1,2}(\/|$)/.test(plain ?? '%');
  if (plain !== null && !isOdd && plain.split('/').length === path.split('/').length) return plain;
  throw new HttpError(400, 'invalid_request', 'The path of this request is ambiguous');
}

function decodedOnce(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}
