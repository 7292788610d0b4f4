import Big from 'big.js';
import type { Catalog } from '../../catalog/load.ts';
import { aliasMembers, type CatalogModel, findModel, isValidModelId } from '../../catalog/model.ts';
import { costOf } from '../../catalog/prices.ts';
import { nearestIds } from '../../catalog/suggest.ts';
import { pathText } from '../../config/edit.ts';
import { type Heartbeat, heartbeats, type ModelSlot, modelSlots } from '../../host/model-slots.ts';
import { formatUsd } from '../../platform/money.ts';
import { capitalized, thousands } from '../../platform/wording.ts';
import type { Setup } from '../../setup-file/setup-file.ts';
import { defineCheck } from '../check.ts';
import { readableHostConfig } from '../facts/host.ts';
import { atMember, type Problem, type Problems } from '../finding.ts';

/** USD per day from which background runs are worth a warning. */
const muchPerDay = 1;

/**
 * Input tokens of one run: with the whole conversation, with a fresh one, and with a fresh one without the workspace
 * files (docs.openclaw.ai/gateway/heartbeat, "Cost awareness"). The answer is a few words.
 */
const heartbeatTokens = { whole: 100_000, isolated: 5_000, light: 2_000, answer: 100 } as const;

/** The cheapest model that can handle a heartbeat, for comparison. */
const frugal = 'google/gemini-2.5-flash-lite';

const heartbeat = defineCheck({
  id: 'host/heartbeat',
  summary: 'what OpenClaw sends on its own, day and night, does not cost much',
  needs: ['host', 'setup', 'catalog'],
  async run({ host, setup, catalog }) {
    const config = readableHostConfig(await host());
    const beats = heartbeats(config.value);
    if (beats.length === 0) return [];
    const [read, list] = await Promise.all([setup(), catalog()]);
    return beats.flatMap((beat): Problems => {
      const model = modelOf(read, list, beat);
      if (model === undefined) {
        // Other checks cover a model that answers in chats.
        const isOwn = beat.path.includes('heartbeat');
        return isOwn ? unknown(list, beat, 'heartbeat.model', atMember(config, beat.path)) : [];
      }
      const usd = costOfDay(model, beat);
      if (usd === null || new Big(usd).eq(0)) return [];
      const agent = beat.agent === null ? '' : ` of ${beat.agent}`;
      const words = `the heartbeat${agent} runs ${model.id} every ${everyText(beat)}: about ${formatUsd(usd)} a day`;
      const isMuch = beat.isConfigured && new Big(usd).gte(muchPerDay);
      return {
        severity: isMuch ? 'warning' : 'info',
        message: `${capitalized(words)}, for ${thousands(tokensOf(model, beat))} tokens each time without caching${comparison(list, beat, usd)}`,
        ...atMember(config, beat.path),
        fixHint: hintFor(beat),
      };
    });
  },
});

function hintFor({ isIsolated, block }: Heartbeat): string {
  const place = pathText(block);
  return isIsolated
    ? `a cheaper ${place}.heartbeat.model, a longer every, or every: "0m", which turns it off`
    : `${place}.heartbeat: { isolatedSession: true, lightContext: true } sends a fiftieth of it; a cheaper model, or every: "0m", helps too`;
}

function comparison(list: Catalog, beat: Heartbeat, usd: string): string {
  const model = findModel(list.models, frugal);
  const less = model === undefined ? null : costOfDay(model, beat);
  return less === null || new Big(less).gte(usd) ? '' : `; with ${frugal}: ${formatUsd(less)}`;
}

function costOfDay(model: CatalogModel, beat: Heartbeat): string | null {
  const once = costOf(model, tokensOf(model, beat), heartbeatTokens.answer);
  return once === null ? null : new Big(once).times(beat.runsPerDay).toFixed();
}

function tokensOf({ contextLength }: CatalogModel, { isIsolated, isLight }: Heartbeat): number {
  const { whole, isolated, light } = heartbeatTokens;
  return Math.min(contextLength ?? whole, isIsolated ? (isLight ? light : isolated) : whole);
}

function everyText({ everyMinutes }: Heartbeat): string {
  if (everyMinutes % 60 === 0) return everyMinutes === 60 ? 'hour' : `${everyMinutes / 60} hours`;
  return `${Number(everyMinutes.toFixed(1))} minutes`;
}

/** What a slot is used for, as shown to the user, and the typical tokens of one use. */
const uses: Readonly<
  Record<
    Exclude<ModelSlot['name'], 'heartbeat'>,
    { readonly what: string; readonly prompt: number; readonly answer: number }
  >
> = {
  model: { what: 'a message', prompt: 8_000, answer: 1_000 },
  channel: { what: 'a message', prompt: 8_000, answer: 1_000 },
  'compaction.model': { what: 'a compaction', prompt: 100_000, answer: 4_000 },
  'compaction.memoryFlush.model': { what: 'a memory flush', prompt: 100_000, answer: 1_000 },
  utilityModel: { what: 'a title or recap', prompt: 1_000, answer: 100 },
  imageModel: { what: 'an image', prompt: 2_000, answer: 500 },
  pdfModel: { what: 'a document', prompt: 30_000, answer: 1_000 },
  'subagents.model': { what: "a subagent's turn", prompt: 20_000, answer: 1_000 },
  'hooks.gmail.model': { what: 'an email', prompt: 8_000, answer: 500 },
};

const slots = defineCheck({
  id: 'host/model-slots',
  summary: "the other models of OpenClaw's config exist, and what they cost",
  needs: ['host', 'setup', 'catalog'],
  async run({ host, setup, catalog }) {
    const config = readableHostConfig(await host());
    const found = modelSlots(config.value);
    if (found.length === 0) return [];
    const [read, list] = await Promise.all([setup(), catalog()]);
    return found.flatMap((slot): Problems => {
      const { name, agent, isFallback, path } = slot;
      if (name === 'heartbeat') return [];
      const member = name === 'channel' ? pathText(path) : name;
      const where = agent === null ? member : `${member} of ${agent}`;
      const model = modelOf(read, list, slot);
      if (model === undefined) return unknown(list, slot, where, atMember(config, path));
      if (isFallback) return [];
      const { what, prompt, answer } = uses[name];
      const usd = costOf(model, Math.min(prompt, model.contextLength ?? prompt), answer);
      if (usd === null || new Big(usd).eq(0)) return [];
      const size = `${thousands(prompt)} tokens in, ${thousands(answer)} out`;
      return {
        severity: 'info',
        message: `OpenClaw's ${where} is ${model.id}: about ${formatUsd(usd)} for ${what} (${size})`,
        ...atMember(config, path),
      };
    });
  },
});

/** A valid id without a row in the list has no price either. */
function unknown(
  { models }: Catalog,
  { model }: ModelSlot,
  where: string,
  place: Pick<Problem, 'path' | 'place'>,
): Problems {
  if (!('id' in model) || isValidModelId(models, model.id)) return [];
  const [near] = nearestIds(models, model.id, 1);
  return {
    severity: 'warning',
    message: `OpenClaw's ${where} names "${model.id}", which OpenRouter does not list`,
    ...place,
    fixHint:
      near === undefined
        ? (command) => `find one with: ${command('models')}`
        : `write "openrouter/${near}"`,
  };
}

/** The listed model of a slot; for an entry, its default model. */
function modelOf(
  { entries }: Setup,
  { models }: Catalog,
  { model }: ModelSlot,
): CatalogModel | undefined {
  if ('id' in model) return findModel(models, model.id) ?? newest(aliasMembers(models, model.id));
  const name = model.entry.toLowerCase();
  const entry = entries.find((each) => each.name.toLowerCase() === name);
  return entry === undefined ? undefined : findModel(models, entry.defaultModel);
}

/** An alias that is not in the list most likely stands for the newest of its models. */
function newest(models: readonly CatalogModel[]): CatalogModel | undefined {
  return [...models].sort((a, b) => (b.created ?? 0) - (a.created ?? 0))[0];
}

export const hostCostChecks = [heartbeat, slots];
