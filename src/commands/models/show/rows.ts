import type { Cell } from '../../../text/csv.ts';
import type { Shown } from './model-details.ts';
import { showDocument } from './render.ts';

/**
 * For a pipe, the names and exact values of `--json`: a line for each fact of the model, `prices.…` in USD per token,
 * then a line for each provider: `provider`, its name, and the rest of `providerFields`.
 */
export function showRows(shown: Shown): Cell[][] {
  const { model, typical, providers, providersNote } = showDocument(shown);
  const { prices, ...facts } = model;
  return [
    ...Object.entries(facts).map(([name, value]) => [name, cell(value)]),
    ...Object.entries(prices).map(([name, price]) => [`prices.${name}`, price]),
    ['messageUsd', typical.messageUsd],
    ['monthUsd', typical.monthUsd],
    ...(providers ?? []).map((offer) => [
      'provider',
      ...providerFields.map((field) => cell(offer[field])),
    ]),
    ...(providersNote === null ? [] : [['providersNote', providersNote]]),
  ];
}

const providerFields = [
  'provider',
  'slug',
  'inputPerMillion',
  'outputPerMillion',
  'uptimeLast30m',
  'throughput',
  'latencyMs',
  'contextLength',
  'quantization',
  'cheapest',
  'fastest',
] as const;

function cell(value: Cell | readonly string[]): Cell {
  return typeof value === 'object' && value !== null ? value.join(' ') : value;
}
