import type { FaultName } from '../faults.ts';
import type { Format } from '../formats/format.ts';
import type { Answer, ApiErrorDetails, Reply } from '../http.ts';
import { ApiError, text } from '../http.ts';
import type { Served } from './answer.ts';
import type { ChatRequest } from './request.ts';
import { keyLimit, noEndpoints, unpaid } from './route.ts';

/** Serves the request normally, for faults that occur later. Throws the same errors as any request. */
export type ServeUnpaid = () => { readonly whole: Served; readonly empty: Served };

/** The reply to a request with this fault. `value` as in `Fault`. */
export function misbehave(
  name: Exclude<FaultName, 'slow'>,
  value: number | null,
  request: ChatRequest,
  format: Format,
  serve: ServeUnpaid,
): Reply {
  switch (name) {
    case 'timeout':
      return 'hang';
    case 'reset':
      return 'reset';
    case 'empty':
      return written(serve().empty, request, format);
    case 'garbage':
      return text(
        '<!doctype html><title>Just a moment</title><p>One moment, please.</p>\n',
        'text/html',
      );
    case 'error200':
      return format.error(providerFailed(), 200);
    case 'midstream':
      return brokenOff(serve().whole, request, format);
    case 'cut':
      return cutShort(written(serve().whole, request, format));
    case 'unfinished':
      return unfinished(serve().whole, request, format);
    default:
      return format.error(statusErrors[name](request.model, value));
  }
}

function written(served: Served, { stream }: ChatRequest, format: Format): Answer {
  return stream ? format.streamed(served) : format.plain(served);
}

/** At most three tokens, then the error. */
function brokenOff(served: Served, request: ChatRequest, format: Format): Answer {
  const { answer } = served;
  const begun: Served = { ...served, answer: { ...answer, tokens: answer.tokens.slice(0, 3) } };
  return format.broken(begun, providerFailed(), request.stream);
}

function cutShort(answer: Answer): Answer {
  const middle = Math.floor(answer.chunks.length / 2);
  const torn = answer.chunks[middle] ?? '';
  const kept = [...answer.chunks.slice(0, middle), torn.slice(0, torn.length / 2)];
  return { ...answer, chunks: kept, cut: true };
}

/** Ends the stream early, without an error or the last events, as some providers do. */
function unfinished(served: Served, request: ChatRequest, format: Format): Answer {
  if (!request.stream) return cutShort(format.plain(served));
  const answer = format.streamed(served);
  const begun = answer.chunks.slice(0, Math.ceil(answer.chunks.length / 2));
  const chunks = begun.map((one) => one.replace('"finish_reason":null', '"finish_reason":""'));
  return { ...answer, chunks };
}

function providerFailed(): ApiError {
  return new ApiError(502, 'Provider returned error', { errorType: 'provider_unavailable' });
}

type StatusFault = Exclude<
  FaultName,
  | 'timeout'
  | 'reset'
  | 'slow'
  | 'empty'
  | 'garbage'
  | 'error200'
  | 'midstream'
  | 'cut'
  | 'unfinished'
>;

const temporarily = { code: 'temporarily_unavailable', retryable: true };

const statusErrors: Record<StatusFault, (model: string, value: number | null) => ApiError> = {
  '400': () => error(400, 'Invalid request parameters', { errorType: 'invalid_request' }),
  '401': () => error(401, 'User not found.', { errorType: 'authentication' }),
  '402': () => unpaid('Insufficient credits.'),
  '403': (model) =>
    error(403, `${model} requires moderation. Your input was flagged. No credits were charged.`, {
      errorType: 'content_policy_violation',
      metadata: { reasons: ['sandbox'], flagged_input: '', model_slug: model },
    }),
  '404': () => error(404, 'Resource not found', { errorType: 'not_found' }),
  '408': () => error(408, 'Operation timed out. Please try again later.', { errorType: 'timeout' }),
  '429': rateLimited,
  '500': () => error(500, 'Internal Server Error', { errorType: 'server' }),
  '502': providerFailed,
  '503': () =>
    error(503, 'Service temporarily unavailable', {
      errorType: 'provider_unavailable',
      availability: temporarily,
    }),
  '504': () => error(504, 'Gateway timeout', { errorType: 'timeout' }),
  '524': () => error(524, 'Request timed out. Please try again later.', { errorType: 'timeout' }),
  '529': () =>
    error(529, 'Provider is temporarily overloaded', {
      errorType: 'provider_overloaded',
      availability: temporarily,
    }),
  negative: () => unpaid('Your credit balance is negative.'),
  workspace: () =>
    error(403, 'Workspace monthly budget of $50.00 exceeded', {
      errorType: 'permission_denied',
    }),
  'free-quota': () =>
    error(429, 'Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 a day.', {
      errorType: 'rate_limit_exceeded',
    }),
  'key-limit': () => keyLimit('monthly'),
  'key-limit-402': () => keyLimit('monthly', 402),
  'no-endpoints': (model) => noEndpoints(model),
};

function rateLimited(model: string, seconds: number | null): ApiError {
  const wait = seconds === null ? {} : { retry_after: seconds };
  return error(429, `Rate limit exceeded: ${model} is busy upstream`, {
    errorType: 'rate_limit_exceeded',
    availability: { code: 'capacity_exhausted', retryable: true, ...wait },
    headers: seconds === null ? {} : { 'retry-after': String(seconds) },
  });
}

function error(status: number, message: string, details: ApiErrorDetails): ApiError {
  return new ApiError(status, message, details);
}
