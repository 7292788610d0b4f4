import { dayMs } from '../platform/durations.ts';
import { editDistance } from '../platform/nearest.ts';
import { extraPrices, type PriceOverride, priceOverrides } from './extra-prices.ts';

const traitNames = [
  'tools',
  'json',
  'reasoning',
  'image',
  'file',
  'audio',
  'video',
  /** The author moderates requests and may refuse them. */
  'moderated',
  /** Open weights, offered by several providers at slightly different prices. */
  'open',
] as const;

type Trait = (typeof traitNames)[number];

/** A model to add to the catalog, or that replaces the one with the same id. Omitted fields get defaults. */
export interface SandboxModel {
  readonly id: string;
  readonly name?: string;
  /** Unix seconds. */
  readonly created?: number;
  readonly contextLength?: number;
  readonly maxCompletionTokens?: number | null;
  /** USD per input token, a decimal string; "-1" if it varies. Default "0.000001". */
  readonly prompt?: string;
  /** USD per output token. Default "0.000002". */
  readonly completion?: string;
  /** Further prices under the API's names: `web_search`, `image`, `request`… */
  readonly extraPrices?: Readonly<Record<string, string>>;
  /** In the API's format. */
  readonly overrides?: readonly PriceOverride[];
  readonly traits?: readonly Trait[];
  /** Slugs of `providers.ts`, the preferred one first. */
  readonly providers?: readonly string[];
  /** Last UTC day of service, YYYY-MM-DD. */
  readonly expirationDate?: string | null;
  /** The id that this alias points to. */
  readonly aliasTarget?: string | null;
}

export type CatalogModel = Required<SandboxModel>;

export interface Catalog {
  /** Newest first, as OpenRouter lists them. */
  readonly models: readonly CatalogModel[];
  find(id: string): CatalogModel | undefined;
  /** Up to `count` of the most similar ids. */
  nearest(id: string, count: number): string[];
}

/** The catalog at `now`. It includes a fictional model that always retires nine days later. */
export function createCatalog(now: Date, extra: readonly SandboxModel[] = []): Catalog {
  const byId = new Map<string, CatalogModel>();
  for (const model of [...parseTable(modelTable), retiring(now), ...extra.map(complete)]) {
    byId.set(model.id, model);
  }
  for (const [id, target] of aliases) {
    const model = byId.get(target);
    if (model !== undefined) byId.set(id, { ...model, id, aliasTarget: target, created: 0 });
  }
  const models = [...byId.values()].sort((a, b) => b.created - a.created || compare(a.id, b.id));
  return {
    models,
    find: (id) => byId.get(id) ?? byId.get(idBySlug.get(id) ?? ''),
    nearest: (id, count) =>
      models
        .filter((model) => model.prompt !== '-1')
        .map((model) => ({ id: model.id, far: howFar(id, model.id) }))
        .sort((a, b) => a.far - b.far || compare(a.id, b.id))
        .slice(0, count)
        .map((each) => each.id),
  };
}

const aliases = [
  ['~anthropic/claude-sonnet-latest', 'anthropic/claude-sonnet-4.6'],
  ['~google/gemini-flash-latest', 'google/gemini-3-flash-preview'],
] as const;

const slugs = [
  ['anthropic/claude-opus-4.7', 'anthropic/claude-4.7-opus-20260416'],
  ['anthropic/claude-sonnet-4', 'anthropic/claude-4-sonnet-20250522'],
] as const;

const slugById: ReadonlyMap<string, string> = new Map(slugs);
const idBySlug: ReadonlyMap<string, string> = new Map(slugs.map(([id, slug]) => [slug, id]));

/** The slug that stays the same when the id of a model changes. */
export function canonicalSlug({ id }: Pick<CatalogModel, 'id'>): string {
  const plain = id.replace(/:.*/, '');
  return slugById.get(plain) ?? plain;
}

/** Whether requests to this model cost nothing. */
export function isFree(model: CatalogModel): boolean {
  return model.prompt === '0' && model.completion === '0';
}

/** Counts differing letters. An id that continues another (`…-70b` and `…-70b-instruct`) is nearer than any other. */
function howFar(id: string, known: string): number {
  const [stem = id, variant] = id.split(':');
  const [knownStem = known, knownVariant] = known.split(':');
  const goesOn = knownStem.startsWith(stem) ? 0 : 100;
  return goesOn + (variant === knownVariant ? 0 : 50) + editDistance(id, known);
}

function parseTable(table: string): CatalogModel[] {
  return table.trim().split('\n').map(parseLine);
}

function parseLine(line: string): CatalogModel {
  const [
    id = '',
    name = '',
    created,
    context,
    longest,
    prompt = '',
    completion = '',
    traits,
    hosts,
  ] = line.split(' | ');
  return complete({
    id,
    name,
    created: Number(created),
    contextLength: Number(context),
    maxCompletionTokens: longest === '-' ? null : Number(longest),
    prompt,
    completion,
    extraPrices: extras.get(id) ?? {},
    overrides: priceOverrides.get(id) ?? [],
    traits: words(traits).filter(isTrait),
    providers: words(hosts),
  });
}

const extras = new Map(
  extraPrices
    .trim()
    .split('\n')
    .map((line) => {
      const [id = '', prices = ''] = line.split(' | ');
      return [id, Object.fromEntries(prices.split(' ').map((price) => price.split('=', 2)))];
    }),
);

function words(cell = '-'): string[] {
  return cell === '-' ? [] : cell.split(' ');
}

function isTrait(word: string): word is Trait {
  return traitNames.some((name) => name === word);
}

function retiring(now: Date): CatalogModel {
  return complete({
    id: 'acme/retiring-1',
    name: 'Acme: Retiring 1',
    created: 1_700_000_000,
    expirationDate: new Date(now.getTime() + 9 * dayMs).toISOString().slice(0, 10),
  });
}

function complete(model: SandboxModel): CatalogModel {
  return {
    name: model.id,
    created: 1_750_000_000,
    contextLength: 131_072,
    maxCompletionTokens: null,
    prompt: '0.000001',
    completion: '0.000002',
    extraPrices: {},
    overrides: [],
    traits: ['tools', 'json'],
    providers: ['fake-provider'],
    expirationDate: null,
    aliasTarget: null,
    ...model,
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * The models of the sandbox: real ids with the prices in OpenRouter's list of April 2026. The columns are id, name,
 * created (Unix seconds), context, maximum output, USD per input token, USD per output token, traits, providers.
 * Add models here, and new providers in `providers.ts`.
 */
const modelTable = `
anthropic/claude-opus-4.7 | Anthropic: Claude Opus 4.7 | 1776351100 | 1000000 | 128000 | 0.000005 | 0.000025 | tools json reasoning image moderated | anthropic amazon-bedrock google-vertex azure
anthropic/claude-opus-4.6 | Anthropic: Claude Opus 4.6 | 1770219050 | 1000000 | 128000 | 0.000005 | 0.000025 | tools json reasoning image moderated | anthropic amazon-bedrock google-vertex azure
anthropic/claude-opus-4.1 | Anthropic: Claude Opus 4.1 | 1754411591 | 200000 | 32000 | 0.000015 | 0.000075 | tools json reasoning image file | anthropic amazon-bedrock google-vertex azure
anthropic/claude-sonnet-4.6 | Anthropic: Claude Sonnet 4.6 | 1771342990 | 1000000 | 128000 | 0.000003 | 0.000015 | tools json reasoning image moderated | anthropic amazon-bedrock google-vertex azure
anthropic/claude-sonnet-4.5 | Anthropic: Claude Sonnet 4.5 | 1759161676 | 1000000 | 64000 | 0.000003 | 0.000015 | tools json reasoning image file | anthropic amazon-bedrock google-vertex azure
anthropic/claude-sonnet-4 | Anthropic: Claude Sonnet 4 | 1747930371 | 1000000 | 64000 | 0.000003 | 0.000015 | tools reasoning image file | anthropic amazon-bedrock google-vertex azure
anthropic/claude-haiku-4.5 | Anthropic: Claude Haiku 4.5 | 1760547638 | 200000 | 64000 | 0.000001 | 0.000005 | tools json reasoning image moderated | anthropic amazon-bedrock google-vertex azure
anthropic/claude-3.5-haiku | Anthropic: Claude 3.5 Haiku | 1730678400 | 200000 | 8192 | 0.0000008 | 0.000004 | tools image moderated | anthropic amazon-bedrock google-vertex azure
anthropic/claude-3-haiku | Anthropic: Claude 3 Haiku | 1710288000 | 200000 | 4096 | 0.00000025 | 0.00000125 | tools image moderated | anthropic amazon-bedrock google-vertex azure
openai/gpt-5.4 | OpenAI: GPT-5.4 | 1772734352 | 1050000 | 128000 | 0.0000025 | 0.000015 | tools json reasoning image file | openai azure
openai/gpt-5.4-mini | OpenAI: GPT-5.4 Mini | 1773748178 | 400000 | 128000 | 0.00000075 | 0.0000045 | tools json reasoning file image | openai azure
openai/gpt-5.4-nano | OpenAI: GPT-5.4 Nano | 1773748187 | 400000 | 128000 | 0.0000002 | 0.00000125 | tools json reasoning file image | openai azure
openai/gpt-5.1 | OpenAI: GPT-5.1 | 1763060305 | 400000 | 128000 | 0.00000125 | 0.00001 | tools json reasoning image file | openai azure
openai/gpt-5 | OpenAI: GPT-5 | 1754587413 | 400000 | 128000 | 0.00000125 | 0.00001 | tools json reasoning image file | openai azure
openai/gpt-5-mini | OpenAI: GPT-5 Mini | 1754587407 | 400000 | 128000 | 0.00000025 | 0.000002 | tools json reasoning image file moderated | openai azure
openai/gpt-5-nano | OpenAI: GPT-5 Nano | 1754587402 | 400000 | - | 0.00000005 | 0.0000004 | tools json reasoning image file | openai azure
openai/gpt-5-chat | OpenAI: GPT-5 Chat | 1754587837 | 128000 | 16384 | 0.00000125 | 0.00001 | json file image moderated | openai azure
openai/gpt-4.1 | OpenAI: GPT-4.1 | 1744651385 | 1047576 | - | 0.000002 | 0.000008 | tools json image file | openai azure
openai/gpt-4.1-mini | OpenAI: GPT-4.1 Mini | 1744651381 | 1047576 | 32768 | 0.0000004 | 0.0000016 | tools json image file moderated | openai azure
openai/gpt-4.1-nano | OpenAI: GPT-4.1 Nano | 1744651369 | 1047576 | 32768 | 0.0000001 | 0.0000004 | tools json image file moderated | openai azure
openai/gpt-4o | OpenAI: GPT-4o | 1715558400 | 128000 | 16384 | 0.0000025 | 0.00001 | tools json image file | openai azure
openai/gpt-4o-mini | OpenAI: GPT-4o-mini | 1721260800 | 128000 | 16384 | 0.00000015 | 0.0000006 | tools json image file | openai azure
openai/o3 | OpenAI: o3 | 1744823457 | 200000 | 100000 | 0.000002 | 0.000008 | tools json reasoning image file moderated | openai azure
openai/o4-mini | OpenAI: o4 Mini | 1744820942 | 200000 | 100000 | 0.0000011 | 0.0000044 | tools json reasoning image file moderated | openai azure
openai/gpt-4o-search-preview | OpenAI: GPT-4o Search Preview | 1741817949 | 128000 | 16384 | 0.0000025 | 0.00001 | json moderated | openai azure
openai/gpt-oss-120b | OpenAI: gpt-oss-120b | 1754414231 | 131072 | - | 0.000000039 | 0.00000019 | tools json reasoning open | deepinfra together novita
openai/gpt-oss-120b:free | OpenAI: gpt-oss-120b (free) | 1754414231 | 131072 | 131072 | 0 | 0 | tools reasoning moderated open | venice
openai/gpt-oss-20b | OpenAI: gpt-oss-20b | 1754414229 | 131072 | - | 0.00000003 | 0.00000014 | tools json reasoning open | deepinfra together novita
openai/gpt-oss-20b:free | OpenAI: gpt-oss-20b (free) | 1754414229 | 131072 | 8192 | 0 | 0 | tools reasoning moderated open | venice
openai/gpt-3.5-turbo | OpenAI: GPT-3.5 Turbo | 1685232000 | 16385 | 4096 | 0.0000005 | 0.0000015 | tools json moderated | openai azure
openai/gpt-3.5-turbo-instruct | OpenAI: GPT-3.5 Turbo Instruct | 1695859200 | 4095 | 4096 | 0.0000015 | 0.000002 | json moderated | openai azure
google/gemini-3.1-pro-preview | Google: Gemini 3.1 Pro Preview | 1771509627 | 1048576 | 65536 | 0.000002 | 0.000012 | tools json reasoning audio file image video | google-vertex google-ai-studio
google/gemini-3-flash-preview | Google: Gemini 3 Flash Preview | 1765987078 | 1048576 | 65536 | 0.0000005 | 0.000003 | tools json reasoning image file audio video | google-vertex google-ai-studio
google/gemini-2.5-pro | Google: Gemini 2.5 Pro | 1750169544 | 1048576 | 65536 | 0.00000125 | 0.00001 | tools json reasoning image file audio video | google-vertex google-ai-studio
google/gemini-2.5-flash | Google: Gemini 2.5 Flash | 1750172488 | 1048576 | 65535 | 0.0000003 | 0.0000025 | tools json reasoning file image audio video | google-vertex google-ai-studio
google/gemini-2.5-flash-lite | Google: Gemini 2.5 Flash Lite | 1753200276 | 1048576 | 65535 | 0.0000001 | 0.0000004 | tools json reasoning image file audio video | google-vertex google-ai-studio
google/gemma-4-31b-it | Google: Gemma 4 31B | 1775148486 | 262144 | - | 0.00000013 | 0.00000038 | tools json reasoning image video open | deepinfra together novita
google/gemma-4-31b-it:free | Google: Gemma 4 31B (free) | 1775148486 | 262144 | 32768 | 0 | 0 | tools json reasoning image video open | venice
google/gemma-3-27b-it | Google: Gemma 3 27B | 1741756359 | 131072 | 16384 | 0.00000008 | 0.00000016 | json image open | deepinfra together novita
google/gemma-3-27b-it:free | Google: Gemma 3 27B (free) | 1741756359 | 131072 | 8192 | 0 | 0 | json image open | venice
meta-llama/llama-4-maverick | Meta: Llama 4 Maverick | 1743881822 | 1048576 | 16384 | 0.00000015 | 0.0000006 | tools json image open | deepinfra together groq fireworks
meta-llama/llama-4-scout | Meta: Llama 4 Scout | 1743881519 | 327680 | 16384 | 0.00000008 | 0.0000003 | tools json image open | deepinfra together groq fireworks
meta-llama/llama-3.3-70b-instruct | Meta: Llama 3.3 70B Instruct | 1733506137 | 131072 | 16384 | 0.0000001 | 0.00000032 | tools json open | deepinfra together groq fireworks
meta-llama/llama-3.3-70b-instruct:free | Meta: Llama 3.3 70B Instruct (free) | 1733506137 | 65536 | - | 0 | 0 | tools open | venice
meta-llama/llama-3.1-8b-instruct | Meta: Llama 3.1 8B Instruct | 1721692800 | 16384 | 16384 | 0.00000002 | 0.00000005 | tools json open | deepinfra together
meta-llama/llama-3.2-3b-instruct | Meta: Llama 3.2 3B Instruct | 1727222400 | 80000 | - | 0.000000051 | 0.00000034 | open | deepinfra together
meta-llama/llama-3.2-3b-instruct:free | Meta: Llama 3.2 3B Instruct (free) | 1727222400 | 131072 | - | 0 | 0 | open | venice
deepseek/deepseek-chat | DeepSeek: DeepSeek V3 | 1735241320 | 163840 | 163840 | 0.00000032 | 0.00000089 | tools json open | deepinfra novita together
deepseek/deepseek-chat-v3.1 | DeepSeek: DeepSeek V3.1 | 1755779628 | 32768 | 7168 | 0.00000015 | 0.00000075 | tools json reasoning open | deepinfra novita together
deepseek/deepseek-v3.2 | DeepSeek: DeepSeek V3.2 | 1764594642 | 163840 | - | 0.00000026 | 0.00000038 | tools json reasoning open | deepinfra novita together
deepseek/deepseek-r1 | DeepSeek: R1 | 1737381095 | 64000 | 16000 | 0.0000007 | 0.0000025 | tools reasoning open | deepinfra novita together
deepseek/deepseek-r1-0528 | DeepSeek: R1 0528 | 1748455170 | 163840 | - | 0.0000005 | 0.00000215 | tools json reasoning open | deepinfra novita together
mistralai/mistral-large | Mistral Large | 1708905600 | 128000 | - | 0.000002 | 0.000006 | tools json | mistral
mistralai/mistral-large-2512 | Mistral: Mistral Large 3 2512 | 1764624472 | 262144 | - | 0.0000005 | 0.0000015 | tools json image | mistral
mistralai/mistral-medium-3.1 | Mistral: Mistral Medium 3.1 | 1755095639 | 131072 | - | 0.0000004 | 0.000002 | tools json image | mistral
mistralai/mistral-small-3.2-24b-instruct | Mistral: Mistral Small 3.2 24B | 1750443016 | 128000 | - | 0.000000075 | 0.0000002 | tools json image | mistral
mistralai/codestral-2508 | Mistral: Codestral 2508 | 1754079630 | 256000 | - | 0.0000003 | 0.0000009 | tools json | mistral
mistralai/mistral-nemo | Mistral: Mistral Nemo | 1721347200 | 131072 | 16384 | 0.00000002 | 0.00000004 | tools json open | mistral
qwen/qwen3.6-plus | Qwen: Qwen3.6 Plus | 1775133557 | 1000000 | 65536 | 0.000000325 | 0.00000195 | tools json reasoning image video open | alibaba
qwen/qwen3-max | Qwen: Qwen3 Max | 1758662808 | 262144 | 32768 | 0.00000078 | 0.0000039 | tools json open | alibaba
qwen/qwen3-coder | Qwen: Qwen3 Coder 480B A35B | 1753230546 | 262144 | - | 0.00000022 | 0.000001 | tools json open | deepinfra novita alibaba
qwen/qwen3-coder:free | Qwen: Qwen3 Coder 480B A35B (free) | 1753230546 | 262000 | 262000 | 0 | 0 | tools open | venice
qwen/qwen3-235b-a22b-2507 | Qwen: Qwen3 235B A22B Instruct 2507 | 1753119555 | 262144 | - | 0.000000071 | 0.0000001 | tools json reasoning open | deepinfra novita alibaba
qwen/qwen3-32b | Qwen: Qwen3 32B | 1745875945 | 40960 | 40960 | 0.00000008 | 0.00000024 | tools json reasoning open | deepinfra novita alibaba
qwen/qwen-2.5-72b-instruct | Qwen2.5 72B Instruct | 1726704000 | 32768 | 16384 | 0.00000012 | 0.00000039 | tools json open | deepinfra novita alibaba
qwen/qwen-2.5-7b-instruct | Qwen: Qwen2.5 7B Instruct | 1729036800 | 32768 | 32768 | 0.00000004 | 0.0000001 | tools json open | deepinfra novita alibaba
x-ai/grok-4.20 | xAI: Grok 4.20 | 1774979019 | 2000000 | - | 0.000002 | 0.000006 | tools json reasoning image file | xai
x-ai/grok-4 | xAI: Grok 4 | 1752087689 | 256000 | - | 0.000003 | 0.000015 | tools json reasoning image file | xai
x-ai/grok-4.1-fast | xAI: Grok 4.1 Fast | 1763587502 | 2000000 | 30000 | 0.0000002 | 0.0000005 | tools json reasoning image file | xai
x-ai/grok-code-fast-1 | xAI: Grok Code Fast 1 | 1756238927 | 256000 | 10000 | 0.0000002 | 0.0000015 | tools json reasoning | xai
moonshotai/kimi-k2.5 | MoonshotAI: Kimi K2.5 | 1769487076 | 262144 | 65535 | 0.0000003827 | 0.00000172 | tools json reasoning image open | moonshotai novita fireworks
moonshotai/kimi-k2-0905 | MoonshotAI: Kimi K2 0905 | 1757021147 | 262144 | 262144 | 0.0000004 | 0.000002 | tools json open | moonshotai novita fireworks
z-ai/glm-5 | Z.ai: GLM 5 | 1770829182 | 80000 | 131072 | 0.00000072 | 0.0000023 | tools json reasoning open | z-ai novita deepinfra
z-ai/glm-4.5-air | Z.ai: GLM 4.5 Air | 1753471258 | 131072 | 98304 | 0.00000013 | 0.00000085 | tools reasoning open | z-ai novita deepinfra
z-ai/glm-4.5-air:free | Z.ai: GLM 4.5 Air (free) | 1753471258 | 131072 | 96000 | 0 | 0 | tools reasoning open | venice
minimax/minimax-m2.5 | MiniMax: MiniMax M2.5 | 1770908502 | 196608 | 65536 | 0.000000118 | 0.00000099 | tools json reasoning open | minimax novita
minimax/minimax-m2.5:free | MiniMax: MiniMax M2.5 (free) | 1770908502 | 196608 | 8192 | 0 | 0 | tools json reasoning moderated open | venice
nvidia/nemotron-3-nano-30b-a3b | NVIDIA: Nemotron 3 Nano 30B A3B | 1765731275 | 262144 | - | 0.00000005 | 0.0000002 | tools json reasoning open | deepinfra nvidia
nvidia/nemotron-3-nano-30b-a3b:free | NVIDIA: Nemotron 3 Nano 30B A3B (free) | 1765731275 | 256000 | - | 0 | 0 | tools reasoning open | venice
amazon/nova-pro-v1 | Amazon: Nova Pro 1.0 | 1733436303 | 300000 | 5120 | 0.0000008 | 0.0000032 | tools image moderated | amazon-bedrock
amazon/nova-lite-v1 | Amazon: Nova Lite 1.0 | 1733437363 | 300000 | 5120 | 0.00000006 | 0.00000024 | tools image moderated | amazon-bedrock
cohere/command-a | Cohere: Command A | 1741894342 | 256000 | 8192 | 0.0000025 | 0.00001 | json moderated | cohere
cohere/command-r-plus-08-2024 | Cohere: Command R+ (08-2024) | 1724976000 | 128000 | 4000 | 0.0000025 | 0.00001 | tools json moderated | cohere
perplexity/sonar | Perplexity: Sonar | 1738013808 | 127072 | - | 0.000001 | 0.000001 | image | perplexity
perplexity/sonar-pro | Perplexity: Sonar Pro | 1741312423 | 200000 | 8000 | 0.000003 | 0.000015 | image | perplexity
microsoft/phi-4 | Microsoft: Phi 4 | 1736489872 | 16384 | 16384 | 0.000000065 | 0.00000014 | json open | deepinfra nebius
nousresearch/hermes-4-70b | Nous: Hermes 4 70B | 1756236182 | 131072 | - | 0.00000013 | 0.0000004 | json reasoning open | nebius
nousresearch/hermes-3-llama-3.1-405b:free | Nous: Hermes 3 405B Instruct (free) | 1723766400 | 131072 | - | 0 | 0 | open | venice
gryphe/mythomax-l2-13b | MythoMax 13B | 1688256000 | 4096 | 4096 | 0.00000006 | 0.00000006 | json open | deepinfra parasail
openrouter/auto | Auto Router | 1699401600 | 2000000 | - | -1 | -1 | tools json reasoning image audio file video | -
openrouter/free | Free Models Router | 1769917427 | 200000 | - | 0 | 0 | tools json reasoning image | -
`;
