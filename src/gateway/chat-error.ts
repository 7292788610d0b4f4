import type { IncomingHttpHeaders } from 'node:http';
import { hostClient } from '../host/providers.ts';
import { isRecord } from '../platform/record.ts';
import type { Advice } from '../routing/advice.ts';
import { type OutcomeRow, outcomes } from '../routing/outcomes.ts';

/**
 * OpenClaw shows what a provider says only with status 429, in at most 300 characters, and where it finds a word such
 * as "resets" or "minutes" in them. It repeats a 429 up to ten times unless it reads of a daily, monthly or other usage
 * limit. 401, 402 and 403 make it stop using the provider, with every entry, for minutes; 404 and 400 it words as
 * faults of its own config (its files `failover/user-copy.ts`, `failover/classify-core.ts`, `failover/retry-evidence.ts`
 * and `auth-profiles/usage.ts`, 2026.9.6).
 */
export const chatStatus = 429;
/** A chat shows 240 characters of an error while it runs, of which 3 are the host's warning sign. */
const longestText = 237;

/** What is known of an error, as `HttpError` has it. */
interface Refusal {
  readonly type: string;
  readonly message: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly advice?: Advice | null;
}

/**
 * Errors that OpenClaw handles itself: it shortens a conversation that is too long, and asks again where that helps.
 */
const handledByHost = new Set(['context', 'overloaded', 'ledger_unavailable']);

export function isFromHost(headers: IncomingHttpHeaders): boolean {
  return headers[hostClient.name] === hostClient.value;
}

/** Whether OpenClaw gets our own words in place of this error or outcome. */
export function isForChat(type: string): boolean {
  return !handledByHost.has(type);
}

/** What a person reads in the chat: what happened, and what to do. */
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

/** Where the fix of the outcome is written for who works on the setup file, or for when another model answers. */
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

/** The models that were tried, each once. */
function modelsIn({ tried }: Refusal['metadata']): string {
  const steps = Array.isArray(tried) ? tried.filter(isRecord) : [];
  return [...new Set(steps.map(({ model }) => String(model)))].join(', ');
}

function joined(sentences: readonly string[], ending: string): string {
  const parts = sentences.map((text) => text.replace(/\s+/g, ' ').trim().replace(/\.$/, ''));
  return `${parts.filter((part) => part !== '').join('. ')}. ${ending}`;
}

function fits(text: string): boolean {
  return text.length <= longestText;
}

function fitted(sentences: readonly string[], ending: string): string {
  const text = joined(sentences, ending);
  if (fits(text)) return text;
  return `${text.slice(0, longestText - ending.length - 3).trimEnd()}… ${ending}`;
}
