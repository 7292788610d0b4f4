import { type AnswerFormat, chatFormat } from '../openrouter/formats/format.ts';
import { messagesFormat } from '../openrouter/formats/messages.ts';
import { responsesFormat } from '../openrouter/formats/responses.ts';
import { isRecord } from '../platform/record.ts';
import type { RequestBody } from '../pricing/measure.ts';

/** The parts that differ between the endpoints that ask a model. */
export interface Format {
  readonly answers: AnswerFormat;
  /** Why the body is not a valid request of this format; null if it is. */
  problemOf(body: RequestBody): string | null;
  /** The conversation, including the user's messages. */
  messagesOf(body: RequestBody): readonly unknown[];
  /** Further models that OpenRouter would try itself. */
  otherModels(body: RequestBody): readonly unknown[];
  errorBody(error: ShownError): string;
  /** The last event of a stream that fails. */
  errorEvent(error: ShownError): string;
}

/** Why a request gets no answer; the same fields as in `HttpError`. */
interface ShownError {
  readonly status: number;
  readonly type: string;
  readonly message: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export const chat: Format = {
  answers: chatFormat,
  problemOf: ({ messages }) => (Array.isArray(messages) ? null : 'has no list of messages'),
  messagesOf: ({ messages }) => listOf(messages),
  otherModels: ({ models }) => listOf(models),
  errorBody: (error) => JSON.stringify({ error: errorMember(error) }),
  errorEvent(error) {
    const choices = [{ index: 0, delta: { content: '' }, finish_reason: 'error' }];
    const head = { id: '', object: 'chat.completion.chunk', created: 0, model: '', choices };
    return `data: ${JSON.stringify({ ...head, error: errorMember(error) })}\n\n`;
  },
};

/**
 * `code` is a number because OpenRouter's official client requires one; OpenAI's accepts anything. OpenAI's client reads
 * `type`, OpenRouter's `metadata.error_type`.
 */
function errorMember({ status, type, message, metadata }: ShownError) {
  const details = { error_type: type, ...metadata };
  return { message, type, param: null, code: status, metadata: details };
}

export const responses: Format = {
  answers: responsesFormat,
  problemOf({ input, prompt, background }) {
    if (background === true)
      return 'asks for an answer in the background, which serve does not support';
    const isInput = typeof input === 'string' || Array.isArray(input) || prompt != null;
    return isInput ? null : 'has no input';
  },
  messagesOf: ({ input }) =>
    typeof input === 'string' ? [{ role: 'user', content: input }] : listOf(input),
  otherModels: ({ models }) => listOf(models),
  errorBody: (error) => JSON.stringify({ error: errorMember(error) }),
  errorEvent({ type, message }) {
    const event = { type: 'error', code: type, message, param: null, sequence_number: 0 };
    return `event: error\ndata: ${JSON.stringify(event)}\n\n`;
  },
};

export const messages: Format = {
  answers: messagesFormat,
  problemOf: ({ messages }) => (Array.isArray(messages) ? null : 'has no list of messages'),
  messagesOf: ({ messages }) => listOf(messages),
  otherModels: ({ models, fallbacks }) => [
    ...listOf(models),
    ...listOf(fallbacks).map((each) => (isRecord(each) ? each.model : each)),
  ],
  errorBody: (error) => JSON.stringify(errorBody(error)),
  errorEvent: (error) => `event: error\ndata: ${JSON.stringify(errorBody(error))}\n\n`,
};

/** Anthropic's page "Errors". */
const types: ReadonlyMap<number, string> = new Map([
  [400, 'invalid_request_error'],
  [401, 'authentication_error'],
  [402, 'billing_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  [413, 'request_too_large'],
  [429, 'rate_limit_error'],
  [503, 'overloaded_error'],
  [504, 'timeout_error'],
  [529, 'overloaded_error'],
]);

function errorBody({ status, type, message, metadata }: ShownError) {
  const kind = types.get(status) ?? (status < 500 ? 'invalid_request_error' : 'api_error');
  return {
    type: 'error',
    error: { type: kind, message, error_type: type },
    request_id: null,
    metadata: { error_type: type, ...metadata },
  };
}

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
