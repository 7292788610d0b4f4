import type { IncomingHttpHeaders } from 'node:http';
import { hostClient } from '../host/providers.ts';
import { isRecord } from '../platform/record.ts';
import type { Advice } from '../routing/advice.ts';
import { type OutcomeRow, outcomes } from '../routing/outcomes.ts';

/**
 * OpenClaw shows a provider's message only for status 429, only its first 300 characters, and only if they contain a
 * word such as "resets" or "minutes". It retries a 429 up to ten times unless the message mentions a daily, monthly or
 * other usage limit. After 401, 402 or 403 it stops using the provider, with every entry, for minutes; it presents 404
 * and 400 as errors in its own config (its files `failover/user-copy.ts`, `failover/classify-core.ts`,
 * `failover/retry-evidence.ts` and `auth-profiles/usage.ts`, 2026.9.6).
 */
export const chatStatus = 429;
/** During a run a chat shows 240 characters of an error, including 3 for the host's warning sign. */
const maxTextLength = 237;

/** The parts of an `HttpError` that the message needs. */
interface Refusal {
  readonly type: string;
  readonly message: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly advice?: Advice | null;
}

/** Errors that OpenClaw handles itself: it shortens a conversation that is too long, and retries when that helps. */
const handledByHost = new Set(['context', 'overloaded', 'ledger_unavailable']);

export function isFromHost(headers: IncomingHttpHeaders): boolean {
  return headers[hostClient.name] === hostClient.value;
}

/** Whether OpenClaw gets our wording instead of this error or outcome. */
export function isForChat(type: string): boolean {
  return !handledByHost.has(type);
}

/** The message a person reads in the chat: what happened, and what to do. */
export function chatMessage(error: Refusal): string {
  const entry = typeof error.metadata.entry === 'string' ? error.metadata.entry : null;
  const row = outcomes.find(({ name }) => name === error.type);
  if (error.type === 'budget_exceeded') return budgetMessage(error.metadata);
  if (row === undefined) return fitted([error.message], endings.stays);
  const who = entry === null ? '' : `${JSON.stringify(entry.slice(0, 60))} cannot answer: `;
  const what = `${who}${(error.advice ?? row).headline}`;
  const models = modelsIn(error.metadata);
  const full = models === '' ? what : `${what} (${models})`;
  const [fix, ending] = [error.advice?.fix ?? chatFixes[row.name] ?? row.fix, endingOf(row)];
  return (
    [full, what].map((text) => joined([text, fix], ending)).find(fits) ??
    fitted([what, fix], ending)
  );
}

/** Replaces fixes that are written for whoever edits the setup file, or for when another model answers. */
const chatFixes: Partial<Record<OutcomeRow['name'], string>> = {
  billing: 'Add credit at https://openrouter.ai/settings/credits',
  rate_limit: 'Wait, or add a model of another provider; free models have a daily limit too',
  timeout: 'Put a faster model first',
  unavailable: 'See https://status.openrouter.ai',
  network: 'Check the connection and the proxy of the machine on which serve runs',
  garbled: 'Check for a proxy that answers in place of OpenRouter',
  cut_off: '',
};

const endings = {
  passes: 'Not a usage limit that resets: ask again in a few minutes.',
  stays: 'Not a usage limit: nothing resets by itself.',
} as const;

function endingOf({ walk, name }: OutcomeRow): string {
  return walk === 'retry' || name === 'cut_off' ? endings.passes : endings.stays;
}

function budgetMessage(metadata: Refusal['metadata']): string {
  const { entry, window, limit_usd, spent_usd, worst_case_usd, resets_at } = metadata;
  const [name, key] = window === 'day' ? ['daily', 'dailyLimit'] : ['monthly', 'monthlyLimit'];
  const who = JSON.stringify(String(entry).slice(0, 60));
  return fitted(
    [
      `The ${name} limit of ${who} is reached: $${spent_usd} of $${limit_usd} is spent, and this request may cost $${worst_case_usd}`,
      `Raise budget.${key} in the setup file, or wait`,
    ],
    `It resets at ${resets_at}.`,
  );
}

/** The models that were tried, without duplicates. */
function modelsIn({ tried }: Refusal['metadata']): string {
  const steps = Array.isArray(tried) ? tried.filter(isRecord) : [];
  return [...new Set(steps.map(({ model }) => String(model)))].join(', ');
}

function joined(sentences: readonly string[], ending: string): string {
  const parts = sentences.map((text) => text.replace(/\s+/g, ' ').trim().replace(/\.$/, ''));
  return `${parts.filter((part) => part !== '').join('. ')}. ${ending}`;
}

function fits(text: string): boolean {
  return text.length <= maxTextLength;
}

function fitted(sentences: readonly string[], ending: string): string {
  const text = joined(sentences, ending);
  if (fits(text)) return text;
  return `${text.slice(0, maxTextLength - ending.length - 3).trimEnd()}… ${ending}`;
}
