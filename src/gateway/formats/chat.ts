import { chatFormat } from '../../openrouter/formats/format.ts';
import { type Format, listOf, type ShownError } from './format.ts';

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
export function errorMember({ status, type, message, metadata }: ShownError) {
  const details = { error_type: type, ...metadata };
  return { message, type, param: null, code: status, metadata: details };
}
