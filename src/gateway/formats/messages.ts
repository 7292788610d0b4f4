import { messagesFormat } from '../../openrouter/formats/messages.ts';
import { isRecord } from '../../platform/record.ts';
import { type Format, listOf, type ShownError } from './format.ts';

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
