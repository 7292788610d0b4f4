import Big from 'big.js';
import type { Catalog } from '../../catalog/load.ts';
import type { CatalogModel } from '../../catalog/model.ts';
import {
  currentPricing,
  isPerToken,
  perMillion,
  type TypicalCost,
  typicalMessage,
  typicalMonthDays,
} from '../../catalog/prices.ts';
import type { Stream } from '../../platform/deps.ts';
import { alignAmounts, formatUsd } from '../../platform/money.ts';
import { createStyle, type Style } from '../../terminal/style.ts';
import { type Column, truncate, wrap } from '../../terminal/table.ts';
import type { Cell } from '../../text/csv.ts';
import { formatDay, formatDaysTo, formatTokens, modelTable } from './format.ts';
import { cellOf, modelDocument, sourceDocument } from './output.ts';
import { isUp, type ProviderOffer, type Providers } from './providers.ts';

/** What `models show` knows about a model. */
export interface Shown {
  readonly catalog: Catalog;
  readonly model: CatalogModel;
  /** The id of its replacement, if the model is being retired. */
  readonly successor: string | null;
  readonly messagesPerDay: number;
  readonly typical: TypicalCost;
  readonly providers: Providers;
}

/** The page of one model, for a terminal. */
export function renderShow(stream: Stream, shown: Shown, now: Date): string {
  const style = createStyle(stream);
  const { model, providers } = shown;
  const facts = factsOf(style, shown, now).map(
    ([name, value]) =>
      `  ${style.dim(name.padEnd(margin - 2))}${wrap(value, stream.columns, margin)}`,
  );
  const served = servedBy(providers, stream, style);
  return [`  ${style.strong(model.id)}  ${model.name}`, '', ...facts, '', ...served, ''].join('\n');
}

function servedBy(providers: Providers, stream: Stream, style: Style): string[] {
  if ('unknown' in providers) {
    const note = `${style.symbol('skip')} Providers unknown: ${providers.unknown}`;
    return [`  ${wrap(note, stream.columns, 4)}`];
  }
  return providers.offers.length === 0
    ? [`  ${style.symbol('warn')} No provider serves this model now`]
    : modelTable(stream, providerColumns, providerRows(style, providers.offers));
}

/** `models show --json`. Prices are in USD per million tokens, except `prices`, which is as sent by the API. */
export function showDocument(shown: Shown) {
  const { catalog, model, messagesPerDay, typical, providers, successor } = shown;
  const { canonicalSlug, created, maxCompletionTokens, inputModalities, outputModalities } = model;
  return {
    ...sourceDocument(catalog),
    model: {
      ...modelDocument(model),
      canonicalSlug,
      created,
      maxCompletionTokens,
      inputModalities,
      outputModalities,
      prices: model.pricing,
      successor,
    },
    typical: { ...typicalMessage, messagesPerDay, ...typical },
    providers: 'offers' in providers ? providers.offers.map(offerDocument) : null,
    providersNote: 'offers' in providers ? null : providers.unknown,
  };
}

const margin = 13;

function factsOf(style: Style, shown: Shown, now: Date): [name: string, value: string][] {
  const { model, successor } = shown;
  const retires = model.expirationDate;
  const reads = list(model.inputModalities);
  const { aliasTarget } = model;
  return [
    ...(aliasTarget === undefined ? [] : [['Stands for', aliasTarget] satisfies [string, string]]),
    ['Price', priceText(model)],
    ...[...discountText(model), ...tierTexts(model), ...extraPrices(model)].map(
      (text): [string, string] => ['', text],
    ),
    ['A message', typicalText(style, shown)],
    ['Context', contextText(model)],
    ['Takes', `${reads} ${style.arrow} ${list(model.outputModalities)}`],
    ['Parameters', model.supportedParameters.join(', ') || 'unknown'],
    ['Added', formatDay(model.created)],
    ...(retires === null
      ? []
      : [['Retires', retirement(style, retires, successor, now)] satisfies [string, string]]),
  ];
}

function priceText(model: CatalogModel): string {
  if (model.free) return 'free';
  const { inputPerMillion, outputPerMillion } = model;
  if (inputPerMillion === null || outputPerMillion === null) {
    return 'varies with the model that answers';
  }
  return `${formatUsd(inputPerMillion)} in, ${formatUsd(outputPerMillion)} out per million tokens`;
}

function discountText({ pricing: { discount } }: CatalogModel): string[] {
  return discount === undefined
    ? []
    : [`${new Big(discount).times(100).round(2).toFixed()} % off the listed price`];
}

/** Conditional prices, one per line. */
function tierTexts({ pricing }: CatalogModel): string[] {
  const { overrides = [] } = currentPricing(pricing);
  return overrides.map(({ minPromptTokens, utcStart, utcEnd, prices }) => {
    const conditions = [
      ...(minPromptTokens === null ? [] : [`above ${formatTokens(minPromptTokens)} tokens`]),
      ...(utcStart === null || utcEnd === null
        ? []
        : [`from ${clockTime(utcStart)} to ${clockTime(utcEnd)} UTC`]),
    ];
    const named = [
      ['in', prices.prompt],
      ['out', prices.completion],
      ['cache read', prices.inputCacheRead],
      ['cache write', prices.inputCacheWrite],
    ] as const;
    const amounts = named.flatMap(([what, price]) =>
      price === undefined ? [] : [`${formatUsd(perMillion(price))} ${what}`],
    );
    return `${conditions.join(', ')}: ${amounts.join(', ')}`;
  });
}

/** E.g. `10:30` from the number 1030. */
function clockTime(hhmm: number): string {
  const digits = String(hhmm).padStart(4, '0');
  return `${digits.slice(0, 2)}:${digits.slice(2)}`;
}

function extraPrices(model: CatalogModel): string[] {
  const pricing = currentPricing(model.pricing);
  const { image, imageOutput } = pricing;
  const tokens = [
    ['cache read', pricing.inputCacheRead],
    ['cache write', pricing.inputCacheWrite],
    ['for an hour', pricing.inputCacheWrite1h],
    ['reasoning', pricing.internalReasoning],
    ['image tokens', isPerToken(image) ? image : pricing.imageToken],
    ['images made', isPerToken(imageOutput) ? imageOutput : undefined],
    ['audio', pricing.audio],
    ['cached audio', pricing.inputAudioCache],
    ['audio out', pricing.audioOutput],
  ] as const;
  const pieces = [
    ['image', isPerToken(image) ? undefined : image],
    ['image made', isPerToken(imageOutput) ? undefined : imageOutput],
    ['request', pricing.request],
    ['web search', pricing.webSearch],
  ] as const;
  const perTokens = tokens.flatMap(([what, price]) =>
    costs(price) ? [`${what} ${formatUsd(perMillion(price))}`] : [],
  );
  const perPiece = pieces.flatMap(([what, price]) =>
    costs(price) ? [`${formatUsd(price)} per ${what}`] : [],
  );
  return [
    ...(perTokens.length === 0 ? [] : [`${perTokens.join(', ')} per million tokens`]),
    ...(perPiece.length === 0 ? [] : [perPiece.join(', ')]),
  ];
}

function costs(price: string | undefined): price is string {
  return price !== undefined && /[1-9]/.test(price) && !price.startsWith('-');
}

function typicalText(style: Style, { typical, messagesPerDay, model }: Shown): string {
  if (model.free) return 'free, with limits per minute and per day';
  if (typical.messageUsd === null) return 'varies';
  const { promptTokens, completionTokens } = typicalMessage;
  const message = `${formatUsd(typical.messageUsd)} for ${promptTokens} tokens in, ${completionTokens} out`;
  const month = `${formatUsd(typical.monthUsd)} for ${typicalMonthDays} days of ${messagesPerDay} messages`;
  return `${message} ${style.dot} ${month}`;
}

function contextText({ contextLength, maxCompletionTokens }: CatalogModel): string {
  const answer =
    maxCompletionTokens === null ? '' : `, answers up to ${formatTokens(maxCompletionTokens)}`;
  return `${contextLength === null ? 'unknown' : `${formatTokens(contextLength)} tokens`}${answer}`;
}

function retirement(style: Style, day: string, successor: string | null, now: Date): string {
  const when = `${style.symbol('warn')} ${day}, ${formatDaysTo(day, now)}`;
  return successor === null ? when : `${when} ${style.arrow} ${successor}`;
}

function list(words: readonly string[]): string {
  return words.join(', ') || 'unknown';
}

const providerColumns: readonly Column[] = [
  { head: 'provider', flexible: true },
  { head: 'in $/M', align: 'right' },
  { head: 'out $/M', align: 'right' },
  { head: 'uptime', align: 'right', drop: 1 },
  { head: 'tok/s', align: 'right', drop: 2 },
  { head: 'first token', align: 'right', drop: 3 },
  { head: 'context', align: 'right', drop: 4 },
  { head: 'quant', drop: 5 },
  { head: 'slug', drop: 6 },
  { head: '' },
];

// Otherwise one very long name would push all other columns off the screen.
const maxNameWidth = 28;

function providerRows(style: Style, offers: readonly ProviderOffer[]): string[][] {
  const input = alignAmounts(offers.map(({ pricing }) => perMillion(pricing.prompt)));
  const output = alignAmounts(offers.map(({ pricing }) => perMillion(pricing.completion)));
  return offers.map((offer, index) => [
    truncate(offer.providerName, maxNameWidth, style.ellipsis),
    input[index] ?? '',
    output[index] ?? '',
    offer.uptimeLast30m === null ? '–' : `${offer.uptimeLast30m.toFixed(1)} %`,
    offer.throughput === null ? '–' : String(Math.round(offer.throughput)),
    offer.latencyMs === null ? '–' : `${Math.round(offer.latencyMs)} ms`,
    formatTokens(offer.contextLength),
    offer.quantization ?? '',
    offer.tag ?? '',
    remarks(style, offer),
  ]);
}

function remarks(style: Style, offer: ProviderOffer): string {
  if (!isUp(offer)) return style.paint('warn', `${style.symbol('warn')} degraded`);
  const labels = [offer.cheapest ? 'cheapest' : '', offer.fastest ? 'fastest' : ''];
  return style.paint('ok', labels.filter((word) => word !== '').join(', '));
}

function offerDocument(offer: ProviderOffer) {
  const { providerName, tag, contextLength, maxCompletionTokens, quantization, status } = offer;
  const { uptimeLast30m, uptimeLast1d, latencyMs, throughput, supportedParameters } = offer;
  return {
    provider: providerName,
    slug: tag,
    inputPerMillion: perMillion(offer.pricing.prompt),
    outputPerMillion: perMillion(offer.pricing.completion),
    messageUsd: offer.messageUsd,
    contextLength,
    maxCompletionTokens,
    quantization,
    status,
    uptimeLast30m,
    uptimeLast1d,
    latencyMs,
    throughput,
    supportedParameters,
    cheapest: offer.cheapest,
    fastest: offer.fastest,
  };
}

/**
 * For a pipe, with the names and exact values of `--json`: a line per property of the model (`prices.…` in USD per
 * token), then a line per provider with `providerFields`.
 */
export function showRows(shown: Shown): Cell[][] {
  const { model, typical, providers, providersNote } = showDocument(shown);
  const { prices, ...facts } = model;
  return [
    ...Object.entries(facts).map(([name, value]) => [name, cellOf(value)]),
    ...Object.entries(prices).map(([name, price]) => [`prices.${name}`, cellOf(price)]),
    ['messageUsd', typical.messageUsd],
    ['monthUsd', typical.monthUsd],
    ...(providers ?? []).map((offer) => [
      'provider',
      ...providerFields.map((field) => cellOf(offer[field])),
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
