import { sumUsd } from '../platform/money.ts';
import type { LedgerRow } from '../spend/ledger.ts';
import { escapeLabel } from '../text/escape.ts';
import type { GatewayEvent, RequestEvent } from './event.ts';

/**
 * Counters in Prometheus' text format 0.0.4. Clients may request any model id, so unknown ones are counted together as
 * `other` to bound the number of labels.
 */
export interface Metrics {
  observe(event: GatewayEvent): void;
  /** Counts what an attempt used, under the model that it was for, once its cost is final. */
  settled(row: LedgerRow): void;
  render(gauges: { readonly inFlight: number; readonly openBreakers: number }): string;
}

const requestLabels = ['entry', 'role', 'model', 'outcome'] as const;
const maxParts = 1_000;

const tokenLabels = ['entry', 'model', 'kind'] as const;

/** Upper bounds in seconds. */
const buckets = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

export function createMetrics(isKnown: (model: string) => boolean): Metrics {
  const requests = new Map<string, number>();
  /** Amounts in USD, added up when there are many of them or when they are read. */
  const cost = new Map<string, string[]>();
  const tokens = new Map<string, number>();
  const durations = buckets.map(() => 0);
  const sum = { seconds: 0, count: 0, retries: 0, alerts: 0 };

  function labelOf(model: string): string {
    return isKnown(model) ? model : 'other';
  }

  function addCost(place: string, usd: string): void {
    const parts = cost.get(place);
    if (parts === undefined) cost.set(place, [usd]);
    else if (parts.push(usd) > maxParts) cost.set(place, [sumUsd(parts)]);
  }

  function observeRequest(event: RequestEvent): void {
    const { role, outcome } = event;
    const entry = event.entry ?? '';
    const model = event.model === null ? '' : labelOf(event.model);
    count(requests, `${entry}\0${role ?? ''}\0${model}\0${outcome}`, 1);
    const seconds = event.totalMs / 1000;
    for (let i = buckets.length - 1; i >= 0 && seconds <= (buckets[i] ?? 0); i -= 1) {
      durations[i] = (durations[i] ?? 0) + 1;
    }
    sum.seconds += seconds;
    sum.count += 1;
    sum.retries += Math.max(0, event.attempts - 1);
  }

  return {
    observe(event) {
      if (event.type === 'request') observeRequest(event);
      if (event.type === 'alert') sum.alerts += 1;
    },
    settled({ entry, model, costUsd, promptTokens, completionTokens }) {
      const place = `${entry}\0${labelOf(model)}`;
      if (costUsd !== null) addCost(place, costUsd);
      count(tokens, `${place}\0prompt`, promptTokens ?? 0);
      count(tokens, `${place}\0completion`, completionTokens ?? 0);
    },
    render: ({ inFlight, openBreakers }) =>
      [
        ...family(
          'requests_total',
          'counter',
          'Chat requests by outcome.',
          requestLabels,
          requests,
        ),
        ...family(
          'cost_usd_total',
          'counter',
          'USD of settled attempts, as stated by OpenRouter, else as estimated.',
          ['entry', 'model'],
          cost,
        ),
        ...family(
          'tokens_total',
          'counter',
          'Tokens as stated by OpenRouter.',
          tokenLabels,
          tokens,
        ),
        ...plain(
          'extra_attempts_total',
          'counter',
          'Attempts after the first one of a request.',
          sum.retries,
        ),
        ...plain('budget_alerts_total', 'counter', 'Alerts of budgets.', sum.alerts),
        ...plain('requests_in_flight', 'gauge', 'Chat requests in flight.', inFlight),
        ...plain('breakers_open', 'gauge', 'Keys that are not used at the moment.', openBreakers),
        ...histogram(durations, sum),
        '',
      ].join('\n'),
  };
}

function count(counts: Map<string, number>, name: string, by: number): void {
  if (by > 0) counts.set(name, (counts.get(name) ?? 0) + by);
}

/** The label text for values joined by NUL, built only when metrics are read. */
function labels(names: readonly string[], values: string): string {
  return values
    .split('\0')
    .map((value, i) => `${names[i]}="${escapeLabel(value)}"`)
    .join(',');
}

const prefix = 'openclaw_openrouter_';

function family(
  name: string,
  type: string,
  help: string,
  names: readonly string[],
  values: ReadonlyMap<string, number | readonly string[]>,
): string[] {
  return [
    ...head(name, type, help),
    ...[...values].map(([key, value]) => `${prefix}${name}{${labels(names, key)}} ${shown(value)}`),
  ];
}

function shown(value: number | readonly string[]): string {
  return typeof value === 'number' ? String(value) : sumUsd(value);
}

function plain(name: string, type: string, help: string, value: number): string[] {
  return [...head(name, type, help), `${prefix}${name} ${value}`];
}

function head(name: string, type: string, help: string): string[] {
  return [`# HELP ${prefix}${name} ${help}`, `# TYPE ${prefix}${name} ${type}`];
}

function histogram(
  durations: readonly number[],
  { seconds, count: total }: { readonly seconds: number; readonly count: number },
): string[] {
  const name = 'request_duration_seconds';
  return [
    ...head(name, 'histogram', 'From the request to the end of its answer.'),
    ...buckets.map((bound, i) => `${prefix}${name}_bucket{le="${bound}"} ${durations[i] ?? 0}`),
    `${prefix}${name}_bucket{le="+Inf"} ${total}`,
    `${prefix}${name}_sum ${seconds}`,
    `${prefix}${name}_count ${total}`,
  ];
}
