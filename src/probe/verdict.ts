import { authorOf } from '../openrouter/model-id.ts';
import { refusesFreeModels } from '../routing/advice.ts';
import { isFreeLink } from '../routing/choose.ts';
import { outcomes } from '../routing/outcomes.ts';
import type { LinkReport } from './report.ts';

/**
 * What the reports on an entry's links mean for its next request, as clauses that a person can act on: who answers now,
 * where the walk stops, and what still answers if the author or provider of that answer is down, the key has no credit,
 * or the free quota is used up.
 */
export function verdictOf(links: readonly LinkReport[]): readonly string[] {
  const chain = links.filter(({ role }) => role !== 'complex');
  if (chain.length === 0) return ['nothing answers: the entry names no model (set defaultModel)'];
  const served = walkOn(chain, never);
  if (served === null) return [nothingAnswers(chain), ...complexClause(links, null)];
  return [
    answersNow(chain, served),
    ...brokenClause(chain, served),
    ...(chain.length === 1
      ? ['no fallback: when it is down, nothing answers']
      : outageClauses(chain, served)),
    ...creditClause(chain),
    ...quotaClause(chain),
    ...complexClause(links, served),
  ];
}

/** The link that would answer a request now, or null. */
export function servingLink(links: readonly LinkReport[]): LinkReport | null {
  return walkOn(
    links.filter(({ role }) => role !== 'complex'),
    never,
  );
}

type Lost = (link: LinkReport) => boolean;
const never: Lost = () => false;

/** The first link that answers if some are lost. A 402 leaves only the free links, any other stop leaves none. */
function walkOn(chain: readonly LinkReport[], lost: Lost): LinkReport | null {
  let onlyFree = false;
  for (const link of chain) {
    if (lost(link) || (onlyFree && !isFreeLink(link))) continue;
    if (link.ok) return link;
    if (isStop(link)) {
      if (link.outcome !== 'billing' || refusesFreeModels(link.message, link)) return null;
      onlyFree = true;
    }
  }
  return null;
}

function nothingAnswers(chain: readonly LinkReport[]): string {
  const stop = chain.find(isStop);
  if (stop !== undefined) return `nothing answers: the walk stops at ${named(stop)} (${why(stop)})`;
  const [only] = chain;
  if (chain.length === 1 && only !== undefined) {
    return `nothing answers: ${named(only)} fails (${why(only)}) and there is no fallback`;
  }
  return `nothing answers: all ${chain.length} models of the chain fail`;
}

function answersNow(chain: readonly LinkReport[], served: LinkReport): string {
  const before = chain.slice(0, chain.indexOf(served));
  if (before.length === 0) return 'answers now';
  const [first] = before;
  const reason = first === undefined ? '' : ` because ${named(first)} fails (${why(first)})`;
  return `answers now through ${named(served)},${reason}`;
}

/** Reports broken fallbacks after the serving link now, instead of during an outage. */
function brokenClause(chain: readonly LinkReport[], served: LinkReport): string[] {
  const behind = chain.slice(chain.indexOf(served) + 1);
  const stop = behind.find(isStop);
  if (stop !== undefined) return [`the walk would stop at ${named(stop)} (${why(stop)})`];
  const broken = behind.filter(({ ok }) => !ok).map(({ role }) => roleWords(role));
  return broken.length === 0 ? [] : [`${list(broken)} would not help`];
}

function outageClauses(chain: readonly LinkReport[], served: LinkReport): string[] {
  const author = authorOf(served.model);
  // The author of a preset's model is unknown.
  const byAuthor =
    author === '' ? [] : [outage(chain, author, (link) => authorOf(link.model) === author)];
  const { provider } = served;
  if (provider === null || sameName(provider, author)) return byAuthor;
  return [
    ...byAuthor,
    outage(chain, `the provider ${provider}`, (link) => link.provider === provider),
  ];
}

function outage(chain: readonly LinkReport[], name: string, lost: Lost): string {
  const next = walkOn(chain, lost);
  if (next !== null) return `survives losing ${name} (${named(next)} takes over)`;
  return `does not survive losing ${name}: no other model answers`;
}

function creditClause(chain: readonly LinkReport[]): string[] {
  if (chain.every(isFreeLink)) return [];
  const left = walkOn(chain, (link) => !isFreeLink(link));
  if (left !== null) return [`out of credit, ${named(left)} still answers`];
  const reason = chain.some(isFreeLink) ? 'the free model fails' : 'one key, no free model';
  return [`out of credit, nothing answers (${reason})`];
}

function quotaClause(chain: readonly LinkReport[]): string[] {
  if (!chain.some(isFreeLink)) return [];
  const left = walkOn(chain, isFreeLink);
  return [
    left === null
      ? 'with the free quota used up, nothing answers (add a paid fallback)'
      : `with the free quota used up, ${named(left)} answers`,
  ];
}

function complexClause(links: readonly LinkReport[], served: LinkReport | null): string[] {
  const complex = links.find(({ role }) => role === 'complex');
  if (complex === undefined || complex.outcome === null) return [];
  if (complex.ok) return served === null ? ['complex requests are answered'] : [];
  return [`complex requests: ${named(complex)} fails (${why(complex)})`];
}

/** Whether no later link is tried: the key is rejected, or a part of an answer was already sent. */
function isStop({ outcome }: LinkReport): boolean {
  return outcome !== 'ok' && ends.has(outcome);
}

const ends: ReadonlySet<LinkReport['outcome']> = new Set(
  outcomes.filter(({ walk }) => walk === 'stop' || walk === 'done').map(({ name }) => name),
);

function named({ model, role }: LinkReport): string {
  return model === '' ? roleWords(role) : model;
}

/** A role for people: `fallback 1` for `fallback1`. */
export function roleWords(role: LinkReport['role']): string {
  return role.replace(/(\d+)$/, ' $1');
}

function why({ headline }: LinkReport): string {
  return headline ?? 'not tried';
}

function sameName(a: string, b: string): boolean {
  const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');
  return plain(a) === plain(b);
}

/** `a`, `a and b`, `a, b and c`. */
export function list(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
