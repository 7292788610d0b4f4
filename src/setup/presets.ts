import type { ChannelRequest, EntryRequest, SetupRequest } from './setup-request.ts';

/** A step of the guide: its entries and the channels that use them. */
export interface Preset {
  readonly name: PresetName;
  /** The number of the step in the guide. */
  readonly step: string;
  /** For menus and the help. */
  readonly summary: string;
  readonly entries: readonly EntryRequest[];
  readonly channels?: readonly ChannelRequest[];
}

export type PresetName = 'basic' | 'free' | 'channels' | 'auto' | 'resilient' | 'budget' | 'smart';

const defaultComment = 'For everything that has no entry of its own.';
const laterComment = 'For the channels and requests that name it.';

/**
 * All presets, in guide order; add new ones here. The ids are those of the guide, except `meta-llama/llama-3.3-70b`,
 * which OpenRouter has only ever listed as `…-instruct`.
 */
export const presets: readonly Preset[] = [
  {
    name: 'basic',
    step: '2.1',
    summary: 'one strong model for everything',
    entries: [
      {
        name: 'openrouter',
        comment: defaultComment,
        members: { defaultModel: 'anthropic/claude-sonnet-4' },
      },
    ],
  },
  {
    name: 'free',
    step: '3.1',
    summary: 'a free model, for trying things out',
    entries: [
      {
        name: 'openrouter-free',
        comment: 'Costs nothing, for trying things out: 20 requests a minute and 50 a day.',
        members: { defaultModel: 'meta-llama/llama-3.3-70b-instruct:free' },
      },
    ],
  },
  {
    name: 'channels',
    step: '4.1',
    summary: 'a strong, a mid-range and a cheap model, each with its channel',
    entries: [
      {
        name: 'router-premium',
        comment: 'For channels where the answer matters more than its price.',
        members: { defaultModel: 'anthropic/claude-sonnet-4' },
      },
      {
        name: 'router-standard',
        comment: 'For everyday chat: fast and good enough.',
        members: { defaultModel: 'google/gemini-2.5-flash' },
      },
      {
        name: 'router-budget',
        comment: 'For busy channels: as cheap as it gets.',
        members: { defaultModel: 'meta-llama/llama-3.3-70b-instruct' },
      },
    ],
    channels: [
      { channel: 'whatsapp', entry: 'router-premium' },
      { channel: 'telegram', entry: 'router-standard' },
      { channel: 'discord', entry: 'router-budget' },
    ],
  },
  {
    name: 'auto',
    step: '4.2',
    summary: 'OpenRouter picks the model for each request',
    entries: [
      {
        name: 'router-auto',
        comment: 'OpenRouter picks the model for each request; the price follows its pick.',
        members: { defaultModel: 'openrouter/auto', parameters: { temperature: 0.7 } },
      },
    ],
  },
  {
    name: 'resilient',
    step: '5.1',
    summary: 'three fallbacks by three other authors',
    entries: [
      {
        name: 'router-resilient',
        comment: 'Keeps answering when a model is down: the next one in the list takes over.',
        about: 'fallbackModels',
        members: {
          defaultModel: 'anthropic/claude-sonnet-4',
          fallbackModels: ['openai/gpt-4o', 'google/gemini-2.5-pro', 'deepseek/deepseek-chat'],
          retryOnFailure: true,
          maxRetries: 2,
        },
      },
    ],
  },
  {
    name: 'budget',
    step: '6.1',
    summary: 'a cheap model with a daily and a monthly limit',
    entries: [
      {
        name: 'openrouter',
        comment: 'With limits on what it spends, in USD per UTC day and month.',
        about: 'budget',
        members: {
          defaultModel: 'google/gemini-2.5-flash',
          budget: { dailyLimit: 2, monthlyLimit: 30, alertThreshold: 0.8 },
        },
      },
    ],
  },
  {
    name: 'smart',
    step: '6.2',
    summary: 'a cheap model, and a strong one for hard questions',
    entries: [
      {
        name: 'router-smart',
        comment: 'A message with one of the trigger words goes to the complex model.',
        about: 'complexModel',
        members: {
          defaultModel: 'google/gemini-2.5-flash',
          complexModel: 'anthropic/claude-sonnet-4',
          complexTriggers: ['代码', '分析', '翻译长文', '写文章'],
        },
      },
    ],
  },
];

/**
 * The comment above a new entry: the default one if its own describes a member that the entry does not have. Only the
 * first entry of the file serves what names no entry.
 */
export function commentOf({ comment, about, members }: EntryRequest, isFirst: boolean): string {
  const own = about === undefined || members[about] !== undefined ? comment : defaultComment;
  return own === defaultComment && !isFirst ? laterComment : own;
}

/** The request of a preset. Every preset name has one. */
export function presetNamed(name: PresetName): SetupRequest {
  const preset = presets.find((candidate) => candidate.name === name);
  if (preset === undefined) throw new Error(`there is no preset ${name}`);
  return { entries: preset.entries, channels: preset.channels ?? [] };
}
