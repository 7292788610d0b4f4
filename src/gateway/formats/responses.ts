import { responsesFormat } from '../../openrouter/formats/responses.ts';
import { errorMember } from './chat.ts';
import { type Format, listOf } from './format.ts';

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
