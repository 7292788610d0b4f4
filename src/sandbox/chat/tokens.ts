import type { ChatMessage } from './request.ts';

/** A text in pieces of up to six characters, about as tokenizers cut English; joined they are the text. */
export function tokenize(text: string): string[] {
  return text.match(/\s?[^\s]{1,6}|\s/gu) ?? [];
}

/** Tokens of a conversation; every message costs four more for its frame, as with OpenAI's models. */
export function countPrompt(messages: readonly ChatMessage[]): number {
  return messages.reduce((sum, { text }) => sum + 4 + tokenize(text).length, 3);
}
