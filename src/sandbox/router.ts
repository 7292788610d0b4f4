import { percentDecoded } from '../platform/destination.ts';
import type { ApiKey } from './account.ts';
import { activity, credits, currentKey, generation } from './endpoints/account.ts';
import { chat, formatAt, formats } from './endpoints/chat.ts';
import {
  authPage,
  createKey,
  deleteKey,
  exchangeCode,
  listKeys,
  showKey,
  updateKey,
} from './endpoints/keys.ts';
import { embeddings, images, rerank, speech, transcriptions } from './endpoints/media.ts';
import { listModels, listProviders, modelEndpoints } from './endpoints/models.ts';
import { ApiError, type Call, type Reply } from './http.ts';
import type { Params, Route, State } from './state.ts';

const base = '/api/v1';

/** Answers one request; an ApiError becomes its answer. `noteModel` is called with the requested model. */
export function dispatch(state: State, call: Call, noteModel: (model: string) => void): Reply {
  try {
    if (call.path === '/auth' && call.method === 'GET') return authPage(state, call);
    return answer(state, call, noteModel);
  } catch (error) {
    if (error instanceof ApiError) return formatAt(call.path).error(error);
    throw error;
  }
}

function answer(state: State, call: Call, noteModel: (model: string) => void): Reply {
  const { route, params } = routeOf(call);
  const key = keyOf(state, call);
  if (route.access !== 'public' && key === null) throw unauthorized(call);
  if (route.access === 'management' && key?.management !== true) {
    // OpenRouter's API description of `/keys` has no 403 for a key of the wrong kind.
    if (route.path.startsWith('/keys')) throw unauthorized(call, 'Invalid management key');
    throw new ApiError(403, 'Only management keys can perform this operation', {
      errorType: 'permission_denied',
    });
  }
  return route.answer({ state, call, params, key, noteModel });
}

function routeOf(call: Call): { route: Route; params: Params } {
  const path = call.path.startsWith(`${base}/`) ? call.path.slice(base.length) : '';
  const matches = routes.flatMap((route) => {
    const params = match(route.path, path);
    return params === null ? [] : [{ route, params }];
  });
  const found = matches.find(({ route }) => route.method === call.method);
  if (found !== undefined) return found;
  if (matches.length === 0) throw new ApiError(404, 'Not Found', { errorType: 'not_found' });
  throw new ApiError(405, 'Method Not Allowed', {
    errorType: 'invalid_request',
    headers: { allow: matches.map(({ route }) => route.method).join(', ') },
  });
}

function match(pattern: string, path: string): Params | null {
  const expected = pattern.split('/');
  const given = path.split('/');
  if (expected.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [index, segment] of expected.entries()) {
    // A model id like `x/y:free` may be percent-encoded.
    const value = percentDecoded(given[index] ?? '');
    if (segment.startsWith('{')) params[segment.slice(1, -1)] = value;
    else if (segment !== value) return null;
  }
  return params;
}

function keyOf(state: State, call: Call): ApiKey | null {
  const match = /^Bearer +(\S+) *$/i.exec(call.headers.authorization ?? '');
  return match?.[1] === undefined ? null : (state.account.find(match[1]) ?? null);
}

function unauthorized(call: Call, reason = 'User not found.'): ApiError {
  const message =
    call.headers.authorization === undefined ? 'Missing Authentication header' : reason;
  return new ApiError(401, message, { errorType: 'authentication' });
}

/** THE LIST of endpoints below `/api/v1`. Add the next one here. */
const routes: readonly Route[] = [
  { method: 'GET', path: '/models', access: 'public', answer: listModels },
  { method: 'GET', path: '/models/user', access: 'key', answer: listModels },
  {
    method: 'GET',
    path: '/models/{author}/{slug}/endpoints',
    access: 'public',
    answer: modelEndpoints,
  },
  { method: 'GET', path: '/providers', access: 'public', answer: listProviders },
  { method: 'GET', path: '/key', access: 'key', answer: currentKey },
  { method: 'GET', path: '/credits', access: 'management', answer: credits },
  { method: 'GET', path: '/activity', access: 'management', answer: activity },
  { method: 'GET', path: '/keys', access: 'management', answer: listKeys },
  { method: 'POST', path: '/keys', access: 'management', answer: createKey },
  { method: 'GET', path: '/keys/{hash}', access: 'management', answer: showKey },
  { method: 'PATCH', path: '/keys/{hash}', access: 'management', answer: updateKey },
  { method: 'DELETE', path: '/keys/{hash}', access: 'management', answer: deleteKey },
  { method: 'GET', path: '/generation', access: 'key', answer: generation },
  { method: 'POST', path: '/auth/keys', access: 'public', answer: exchangeCode },
  { method: 'POST', path: '/embeddings', access: 'key', answer: embeddings },
  { method: 'POST', path: '/rerank', access: 'key', answer: rerank },
  { method: 'POST', path: '/audio/speech', access: 'key', answer: speech },
  { method: 'POST', path: '/audio/transcriptions', access: 'key', answer: transcriptions },
  { method: 'POST', path: '/images', access: 'key', answer: images },
  ...formats.map(({ path }): Route => ({ method: 'POST', path, access: 'key', answer: chat })),
];
