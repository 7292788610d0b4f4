import Big from 'big.js';
import { isRecord } from '../../platform/record.ts';
import type { CatalogModel } from '../catalog.ts';
import type { Json } from '../http.ts';
import type { ChatRequest } from './request.ts';
import { tokenize } from './request.ts';

/** What OpenRouter does for a request besides having it answered. */
export interface Extras {
  /** Of the web, and how much more that makes the model read. */
  readonly searches: number;
  readonly searchTokens: number;
  /** By a tool of OpenRouter's: the model reads everything twice. */
  readonly readsTwice: boolean;
  /** USD. */
  readonly fees: Big;
}

/** Of Exa: five results, each an excerpt. */
const [results, perResult, tokensOfResult] = [5, new Big('0.004'), 600];

/** Of mistral-ocr, for models that read no files themselves. */
const perPage = new Big('0.002');

export function extrasOf({ body, model: id }: ChatRequest, model: CatalogModel): Extras {
  const plugin = pluginNamed(body, 'web') ?? (/:online(:|$)/.test(id) ? {} : null);
  const tool = listOf(body.tools).find(({ type }) =>
    /^(openrouter:)?web_search/.test(String(type)),
  );
  const found = [plugin, tool, body.web_search_options].filter(isRecord);
  const searches = found.length;
  const most = found.map((config) => Number(config.max_results ?? results));
  const price = model.extraPrices.web_search;
  const search = most
    .map((count) => (price === undefined ? perResult.times(count) : new Big(price)))
    .reduce((sum, usd) => sum.plus(usd), new Big(0));
  return {
    searches,
    searchTokens: tokensOfResult * most.reduce((sum, count) => sum + count, 0),
    readsTwice: tool !== undefined,
    fees: search.plus(parserPrice(body, model).times(mediaOf(body).pages)),
  };
}

function parserPrice(body: Json, model: CatalogModel): Big {
  const { pdf } = pluginNamed(body, 'file-parser') ?? {};
  const engine = isRecord(pdf) ? pdf.engine : undefined;
  const isPaid = engine === undefined ? !model.traits.includes('file') : engine === 'mistral-ocr';
  return isPaid ? perPage : new Big(0);
}

function pluginNamed({ plugins }: Json, id: string): Json | null {
  return listOf(plugins).find((plugin) => plugin.id === id && plugin.enabled !== false) ?? null;
}

export interface Media {
  readonly tokens: number;
  readonly images: number;
  readonly pages: number;
}

const tokensOf = { image: 1_600, page: 2_300, second: { audio: 32, video: 290 } } as const;

/** What is behind an address: nobody goes there from here. */
const behindAddress = { pages: 20, seconds: 60 } as const;

/** The parts of the messages that are no text. */
export function mediaOf({ messages }: Json): Media {
  const parts = listOf(messages).flatMap(({ content }) => listOf(content));
  return parts.map(mediaOfPart).reduce(
    (sum, part) => ({
      tokens: sum.tokens + part.tokens,
      images: sum.images + part.images,
      pages: sum.pages + part.pages,
    }),
    { tokens: 0, images: 0, pages: 0 },
  );
}

function mediaOfPart(part: Json): Media {
  const none = { tokens: 0, images: 0, pages: 0 };
  const member = (name: string) => (isRecord(part[name]) ? part[name] : {});
  switch (part.type) {
    case 'image_url':
      return { ...none, tokens: tokensOf.image, images: 1 };
    case 'file': {
      const pages = pagesOf(String(member('file').file_data ?? ''));
      return { ...none, tokens: pages * tokensOf.page, pages };
    }
    case 'input_audio':
      return {
        ...none,
        tokens: seconds(member('input_audio').data, 16_000) * tokensOf.second.audio,
      };
    case 'video_url':
      return { ...none, tokens: seconds(member('video_url').url, 250_000) * tokensOf.second.video };
    default:
      return none;
  }
}

function pagesOf(data: string): number {
  if (!data.startsWith('data:')) return behindAddress.pages;
  const text = Buffer.from(data.slice(data.indexOf(',') + 1), 'base64').toString('latin1');
  return Math.max(1, text.match(/\/Type\s*\/Page(?!s)/g)?.length ?? 0);
}

function seconds(data: unknown, bytesPerSecond: number): number {
  const text = String(data ?? '');
  if (/^https?:/.test(text)) return behindAddress.seconds;
  return Math.ceil((text.length * 3) / 4 / bytesPerSecond);
}

/** The tools and the form of the answer, which are part of the prompt too. */
export function declaredTokens({ tools, response_format }: Json): number {
  return [tools, response_format]
    .filter((declared) => declared !== undefined && declared !== null)
    .reduce((sum: number, declared) => sum + tokenize(JSON.stringify(declared)).length, 0);
}

function listOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
