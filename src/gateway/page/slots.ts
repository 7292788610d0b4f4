import { dayRows, daysFigure, row, tiles, unknownPart } from '../../html/spend-parts.ts';
import { formatUsd } from '../../platform/money.ts';
import { plural } from '../../platform/wording.ts';
import { isFreeLink, type Link, linksOf } from '../../routing/choose.ts';
import { isOutcomeName, type OutcomeName, outcomeNamed } from '../../routing/outcomes.ts';
import { cacheLines, type SpendReport } from '../../spend/report.ts';
import { escapeHtml } from '../../text/escape.ts';
import { cleanText } from '../../text/terminal.ts';
import {
  type Activity,
  type ChannelTotal,
  type LastOutcome,
  linkName,
  type Outage,
  type RecentRequest,
} from '../activity.ts';
import type { Breakers } from '../breakers.ts';
import type { LiveEntry, LiveSetup } from '../live-setup.ts';

interface PageState {
  readonly live: LiveSetup;
  /** The error from the last time the setup file was read; null if it could be read. */
  readonly setupError: string | null;
  readonly breakers: ReturnType<Breakers['open']>;
  readonly requests: number;
  readonly inFlight: number;
  readonly startedAt: Date;
  readonly totals: ReturnType<Activity['totals']>;
  /** Null if the ledger cannot be read. */
  readonly report: SpendReport | null;
}

/** The parts of the page by element id, as HTML in which all outside text is escaped. */
export function slotsOf(state: PageState): Readonly<Record<string, string>> {
  const { report, totals } = state;
  return {
    summary: summary(state),
    chains: state.live.entries.map((entry) => chain(entry, state)).join('\n'),
    outage: outageText(totals.outage),
    budgets: report === null ? '<li class="dim">The ledger cannot be read.</li>' : tiles(report),
    days: (report === null ? null : daysFigure(report)) ?? unknownPart,
    'day-rows': report === null ? '' : dayRows(report).join('\n'),
    'channel-rows': channelRows(totals.channels),
    caching: caching(report),
  };
}

type Mood = 'ok' | 'alert' | 'exceeded';

const symbols: Readonly<Record<Mood, string>> = { ok: '✓', alert: '!', exceeded: '✗' };

function mark(mood: Mood, words: string): string {
  return `<span class="${mood}"><span class="state"><span aria-hidden="true">${symbols[mood]}</span> ${words}</span></span>`;
}

function summary(state: PageState): string {
  const { live, setupError, report, requests, inFlight, startedAt, totals } = state;
  const usable = live.entries.filter((entry) => trouble(entry, state) === null);
  const notes = [
    ...(setupError === null ? [] : [`The setup file cannot be used: ${setupError}`]),
    ...(report === null ? ['The ledger cannot be read'] : []),
    ...(totals.outage === null || totals.outage.over !== null
      ? []
      : [`${totals.outage.model} does not answer at the moment`]),
    ...(report?.status === 'exceeded' ? ['A budget is used up'] : []),
    ...(report?.status === 'alert' ? ['A budget has reached its threshold'] : []),
  ];
  const down = live.entries.length - usable.length;
  const [mood, headline]: [Mood, string] =
    usable.length === 0
      ? ['exceeded', 'No entry can answer']
      : down > 0
        ? ['alert', `${plural(down, 'entry', 'entries')} cannot answer`]
        : notes.length > 0
          ? ['alert', 'Answering, with problems']
          : ['ok', 'Everything answers'];
  const started = timeMarkup(startedAt);
  return `<p class="headline ${mood}"><span class="state"><span aria-hidden="true">${symbols[mood]}</span> ${headline}</span></p>
${notes.map((note) => `<p>${shown(note)}</p>`).join('')}
<p class="dim">${plural(requests, 'request')} since ${started}, ${inFlight} in flight</p>`;
}

/** Why an entry cannot answer at all; null if it can. */
function trouble(entry: LiveEntry, { breakers }: PageState): string | null {
  if (entry.credential === null) return entry.keyProblem ?? 'no key';
  const open = breakers.find(({ key }) => key === entry.credential?.name);
  if (open === undefined) return null;
  const hasFree = open.outcome === 'billing' && linksOf(entry).some(isFreeLink);
  return hasFree ? null : open.message;
}

function chain(entry: LiveEntry, state: PageState): string {
  const channels = state.live.channels.filter((channel) => channel.entry === entry.name);
  const why = trouble(entry, state);
  const names = channels.map(({ name }) => shown(name)).join(', ');
  const key = entry.credential?.name ?? 'no key';
  const items = linksOf(entry).map((link) => linkMarkup(link, entry, state));
  return `<li class="card"><h3>${shown(entry.name)}</h3>
<p class="dim">${names === '' ? '' : `${names} · `}${shown(key)}</p>
${why === null ? '' : `<p>${mark('exceeded', shown(why))}</p>`}<ol class="links">${items.join('')}</ol></li>`;
}

function linkMarkup(link: Link, entry: LiveEntry, state: PageState): string {
  const last = state.totals.links.get(linkName(entry.name, link.model));
  const role = link.role.replace(/(?<=fallback)(?=\d)/, ' ');
  return `<li><span class="model">${shown(link.model)}</span> <span class="dim">${role}</span><span class="link-state">${linkState(link, entry, state, last)}</span></li>`;
}

function linkState(
  link: Link,
  { credential }: LiveEntry,
  { breakers }: PageState,
  last: LastOutcome | undefined,
): string {
  const open = breakers.find(({ key }) => key === credential?.name);
  if (credential === null) return mark('exceeded', 'no key');
  if (open !== undefined && !(open.outcome === 'billing' && isFreeLink(link))) {
    const { headline } = outcomeNamed(open.outcome);
    if (open.state === 'half-open') return mark('alert', `trying again: ${headline}`);
    return `${mark('exceeded', `not used: ${headline}`)} <span class="dim">until ${timeMarkup(open.retryAt)}</span>`;
  }
  if (last === undefined) return '<span class="dim">not asked yet</span>';
  return `${outcomeMark(last.outcome)} <span class="dim">${timeMarkup(last.at)}</span>`;
}

function outcomeMark(outcome: OutcomeName): string {
  const { level, headline } = outcomeNamed(outcome);
  return mark({ ok: 'ok', warn: 'alert', fail: 'exceeded' }[level] as Mood, headline);
}

function outageText(outage: Outage | null): string {
  if (outage === null) return '<p>None since the gateway started.</p>';
  const { model, outcome, tookOver, requests, since, over, entry } = outage;
  const took =
    tookOver === null
      ? mark('exceeded', 'nothing took over')
      : `${mark('ok', shown(tookOver))} took over`;
  const end = over === null ? 'still going on' : `answered again at ${timeMarkup(over)}`;
  return `<p><strong>${shown(model)}</strong>: ${outcomeMark(outcome)}</p>
<p>${took}</p>
<p class="dim">${entry === null ? '' : `${shown(entry)}, `}${plural(requests, 'request')} since ${timeMarkup(since)}; ${end}</p>`;
}

function channelRows(channels: ReadonlyMap<string | null, ChannelTotal>): string {
  return [...channels]
    .sort(([, a], [, b]) => Number(b.usd) - Number(a.usd))
    .map(([name, { requests, failed, usd }]) =>
      row([
        name === null ? 'no channel' : shown(name),
        formatUsd(usd),
        String(requests),
        String(failed),
      ]),
    )
    .join('\n');
}

function caching(report: SpendReport | null): string {
  const lines = report === null ? [] : cacheLines(report);
  const saved = report?.cache?.savedUsd ?? '0';
  const amount =
    lines.length === 0 ? '' : `<p class="amount">${formatUsd(saved)} <small>saved</small></p>`;
  return `${amount}<p>${escapeHtml(lines[0] ?? 'No prompt came from a cache this month')}.</p>`;
}

/** In UTC; the script then converts it to the reader's time zone. */
function timeMarkup(at: Date): string {
  const iso = at.toISOString();
  return `<time datetime="${iso}">${iso.slice(11, 19)}</time>`;
}

/** Escapes outside text and removes characters that could disguise it. */
function shown(text: string): string {
  return escapeHtml(cleanText(text));
}

/**
 * A row of the request table. On narrow screens CSS changes `display`, which removes the implicit ARIA roles, so they
 * are explicit.
 */
export function requestRow({ at, event }: RecentRequest): string {
  const { outcome, model, entry, channel, totalMs, costUsd, cache, promptTokens } = event;
  const share =
    cache === null || promptTokens === null || promptTokens === 0
      ? '–'
      : `${Math.round((cache.cachedTokens / promptTokens) * 100)} %`;
  const before = event.failed.flatMap((each) => (each.model === model ? [] : shown(each.model)));
  const failed = before.length === 0 ? '' : ` <span class="dim">after ${before.join(', ')}</span>`;
  const cells = [
    [
      'outcome',
      isOutcomeName(outcome) ? outcomeMark(outcome) : shown(outcome.replaceAll('_', ' ')),
    ],
    ['model', `${model === null ? '–' : shown(model)}${failed}`],
    ['from', [channel, entry].flatMap((name) => (name === null ? [] : shown(name))).join(' → ')],
    ['latency', totalMs < 1000 ? `${totalMs} ms` : `${(totalMs / 1000).toFixed(1)} s`],
    ['cost', costUsd === null ? '–' : formatUsd(costUsd)],
    ['cached', share],
  ];
  return `<tr role="row"><th role="rowheader" scope="row" class="time">${timeMarkup(at)}</th>${cells
    .map(([name, cell]) => `<td role="cell" class="${name}">${cell}</td>`)
    .join('')}</tr>`;
}
