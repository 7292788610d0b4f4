import type { Format } from './format.ts';
import { chatFormat } from './format.ts';
import { messagesFormat } from './messages.ts';
import { responsesFormat } from './responses.ts';

/** THE LIST of formats. Add the next endpoint here. */
export const formats: readonly Format[] = [chatFormat, responsesFormat, messagesFormat];

export function formatAt(path: string): Format {
  return formats.find((format) => path.endsWith(format.path)) ?? chatFormat;
}
