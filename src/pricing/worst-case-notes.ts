import type { Extras } from './extras.ts';
import type { Measured, RequestBody } from './measure.ts';
import type { PricedModel } from './priced-model.ts';

export interface Noted {
  readonly model: PricedModel;
  readonly body: RequestBody;
  readonly held: Measured;
  readonly extras: Extras;
  /** Tokens of one answer. */
  readonly answer: number;
}

/** What of a worst case somebody could change, or would not expect, in sentences without their full stop. */
export function notesOn({ model, body, held, extras, answer }: Noted): string[] {
  const limits = [body.max_tokens, body.max_completion_tokens, body.max_output_tokens];
  const { toolUses, searches, factor } = extras;
  const notes: readonly (string | null)[] = [
    model.basis,
    limits.some((limit) => limit !== undefined && limit !== null)
      ? null
      : `Without max_tokens an answer may have ${answer} tokens`,
    isEndless(held)
      ? `A file of unknown size counts as the whole context, ${model.contextLength} tokens`
      : null,
    extras.usdPerPage.gt(0) && held.pages > 0
      ? `Up to ${held.pages} pages are read by mistral-ocr; the engine cloudflare-ai of the plugin file-parser is free`
      : null,
    searches.length > 0 ? 'A search of the web is part of it' : null,
    toolUses === null
      ? null
      : `Tools on OpenRouter's side may run ${toolUses.count} times; max_uses or max_tool_calls limits that`,
    factor > 1 ? `The tier of service may cost ${factor} times the listed price` : null,
  ];
  return notes.filter((note) => note !== null).map(capitalized);
}

function capitalized(note: string): string {
  // An id that the note begins with stays as it is.
  return /^[a-z]+ /.test(note) ? note.charAt(0).toUpperCase() + note.slice(1) : note;
}

function isEndless({ audioTokens, videoTokens, fileTokens }: Measured): boolean {
  return !Number.isFinite(audioTokens + videoTokens + fileTokens);
}
