import { findModel } from '../catalog/model.ts';
import type { Choice } from '../platform/deps.ts';
import { formatUsd } from '../platform/money.ts';
import { capitalized } from '../platform/wording.ts';
import { isEmpty } from '../setup/flags.ts';
import { judgeModels } from '../setup/known-models.ts';
import { type Preset, type PresetName, presets } from '../setup/presets.ts';
import { requestFromFlags } from '../setup/request-from-flags.ts';
import {
  type EntryMembers,
  type EntryRequest,
  effectiveEntry,
  emptyRequest,
  type SetupRequest,
  withoutPart,
} from '../setup/setup-request.ts';
import type { Entry } from '../setup-file/entry.ts';
import { truncate } from '../terminal/table.ts';
import { askChannels } from './channels.ts';
import type { WizardContext } from './context.ts';
import { type Topic, topics } from './topics/index.ts';
import { validate } from './validate.ts';

/** Asks for everything a new setup needs, or for what to add to an existing one. */
export async function askRequest(context: WizardContext): Promise<SetupRequest> {
  const request = await askWhichChannels(context, await initialRequest(context));
  const entries: EntryRequest[] = [];
  for (const entry of request.entries) entries.push(await askCore(context, entry));
  return askMore(context, { ...request, entries });
}

/** Starts from the host's own config, then asks what else to add. */
export async function askHostRequest(context: WizardContext): Promise<SetupRequest> {
  const request = context.detected.hostRequest ?? emptyRequest;
  await judgeModels(request.entries, context.known);
  return askMore(context, request);
}

/** Asks what to change in an existing entry, then for each new answer. */
export async function askChanges(context: WizardContext, { name }: Entry): Promise<EntryRequest> {
  let entry: EntryRequest = { name, comment: '', members: {} };
  const { members } = effectiveEntry(entry, context.detected.setup);
  const picked = await context.deps.prompter.checkbox({
    message: `What should change in ${name}?`,
    required: true,
    choices: topics.map((topic) => ({
      name: `${topic.title.padEnd(18)} ${topic.summary(members) ?? 'none'}`,
      short: topic.title,
      value: topic,
    })),
  });
  for (const topic of picked) entry = await askAgain(context, entry, topic);
  return entry;
}

/** The entry with one answer replaced or removed. */
export async function askAgain(
  context: WizardContext,
  entry: EntryRequest,
  topic: Topic,
): Promise<EntryRequest> {
  const { name, members } = effectiveEntry(entry, context.detected.setup);
  const current = topic.summary(members);
  // The user wants to change it, even if it came from a flag.
  const withoutFlags = { ...context, options: { ...context.options, flags: {} } };
  if (topic.removable === null || current === null) return askTopic(withoutFlags, entry, topic);
  const removes = await context.deps.prompter.select({
    message: `${capitalized(topic.title)} of ${name}: ${current}`,
    choices: [
      { name: 'Change it', value: false },
      { name: 'Remove it', value: true },
    ],
  });
  return removes ? withoutPart(entry, topic.removable) : askTopic(withoutFlags, entry, topic);
}

/** Asks for presets unless the flags have a preset, an entry or a model or, in an existing setup, any flag. */
async function initialRequest(context: WizardContext): Promise<SetupRequest> {
  const { flags } = context.options;
  const { setup } = context.detected;
  const isGiven =
    setup.entries.length > 0
      ? !isEmpty(flags)
      : [flags.preset, flags.name, flags.model].some((flag) => flag !== undefined);
  const given = isGiven ? flags : { ...flags, preset: await askGoals(context) };
  const request = requestFromFlags(given, setup);
  const entries: EntryRequest[] = [];
  for (const entry of request.entries) entries.push(await withFreeName(context, entry));
  return { ...request, entries };
}

// An entry of another provider may have the name; that entry is not touched.
async function withFreeName(
  { deps, detected }: WizardContext,
  entry: EntryRequest,
): Promise<EntryRequest> {
  const { otherEntries } = detected.setup;
  if (!otherEntries.includes(entry.name)) return entry;
  const name = await deps.prompter.input({
    message: `"${entry.name}" is an entry of another provider. Name of the new one`,
    default: `${entry.name}-openrouter`,
    validate: (text) =>
      otherEntries.includes(text) ? 'This name is taken too' : validate({ name: text }),
  });
  return { ...entry, name };
}

/** Asks which of the preset's channels really exist. Entries that no channel uses are left out. */
async function askWhichChannels(
  context: WizardContext,
  request: SetupRequest,
): Promise<SetupRequest> {
  if (request.channels.length === 0 || context.options.flags.channel !== undefined) return request;
  const proposed = new Set(request.channels.map(({ entry }) => entry));
  const channels = await askChannels(context, request);
  const used = new Set(channels.map(({ entry }) => entry));
  const entries = request.entries.filter(({ name }) => !proposed.has(name) || used.has(name));
  return { channels, entries: entries.length === 0 ? request.entries : entries };
}

async function askCore(context: WizardContext, entry: EntryRequest): Promise<EntryRequest> {
  let answered = entry;
  for (const topic of topics) {
    if (isAsked(topic, context, entry)) answered = await askTopic(context, answered, topic);
  }
  return answered;
}

// If OpenRouter picks the model, there is no model to ask for.
function isAsked(topic: Topic, { options }: WizardContext, { members }: EntryRequest): boolean {
  const isRouted =
    topic.members.includes('defaultModel') && members.defaultModel === 'openrouter/auto';
  return topic.core && hasAny(members, topic) && !topic.isGiven(options.flags) && !isRouted;
}

async function askTopic(
  context: WizardContext,
  entry: EntryRequest,
  topic: Topic,
): Promise<EntryRequest> {
  const { setup } = context.detected;
  return withAnswer(entry, await topic.ask(context, effectiveEntry(entry, setup)));
}

/** An empty list of fallbacks means that the entry has none. */
function withAnswer(entry: EntryRequest, answer: EntryMembers): EntryRequest {
  const answered = { ...entry, members: { ...entry.members, ...answer } };
  return answer.fallbackModels?.length === 0 ? withoutPart(answered, 'fallbacks') : answered;
}

/** Offers the topics that no preset covers. */
async function askMore(context: WizardContext, request: SetupRequest): Promise<SetupRequest> {
  const { deps, options, detected } = context;
  const open = topics.filter(
    (topic) =>
      !topic.isGiven(options.flags) &&
      !request.entries.some(
        (entry) =>
          topic.summary(effectiveEntry(entry, detected.setup).members) !== null ||
          topic.members.some((member) => entry.without?.includes(member)),
      ),
  );
  if (open.length === 0 || request.entries.length === 0) return request;
  const picked = await deps.prompter.checkbox({
    message: 'Anything else? (Enter to continue)',
    choices: open.map((topic) => ({
      name: `${topic.title.padEnd(18)} ${topic.purpose}`,
      short: topic.title,
      value: topic,
    })),
  });
  const entries = [...request.entries];
  for (const topic of picked) {
    const index = await askWhichEntry(context, entries, topic);
    const entry = entries[index];
    if (entry !== undefined) entries[index] = await askTopic(context, entry, topic);
  }
  return { ...request, entries };
}

function hasAny(members: EntryMembers, topic: Topic): boolean {
  return topic.members.some((member) => members[member] !== undefined);
}

async function askWhichEntry(
  { deps }: WizardContext,
  entries: readonly EntryRequest[],
  { title }: Topic,
): Promise<number> {
  if (entries.length < 2) return 0;
  return deps.prompter.select({
    message: `${capitalized(title)} for which entry?`,
    choices: entries.map(({ name }, value) => ({ name, value })),
  });
}

/** What each preset is good for. */
const goals: Readonly<Record<PresetName, string>> = {
  basic: 'One good model',
  free: 'Free models',
  channels: 'A model for each channel',
  auto: 'Automatic routing',
  resilient: 'Survive outages: fallbacks',
  budget: 'Keep it cheap: a budget',
  smart: 'Keep it cheap: the strong model only when needed',
};

const widest = Math.max(...Object.values(goals).map((goal) => goal.length));

/** Asks what the setup is for: one or more presets, each explained in one line with its price. */
function askGoals(context: WizardContext): Promise<PresetName[]> {
  return context.deps.prompter.checkbox({
    message: 'What is it for? (choose one or more)',
    required: true,
    choices: presets.map((preset) => goalChoice(context, preset)),
  });
}

function goalChoice(context: WizardContext, preset: Preset): Choice<PresetName> {
  const { name, summary } = preset;
  const { columns } = context.deps.io.stderr;
  const price = columns < widest + 26 ? '' : priceSummary(context, preset);
  return {
    name: price === '' ? goals[name] : `${goals[name].padEnd(widest)}  ${price}`,
    short: name,
    value: name,
    description: truncate(
      `${summary.charAt(0).toUpperCase()}${summary.slice(1)}: ${modelsOf(preset).join(', ')}`,
      columns - 1,
      context.style.ellipsis,
    ),
  };
}

/** The price per million input tokens from the list of models; "" if a model is not in it. */
function priceSummary({ models }: WizardContext, preset: Preset): string {
  const prices = modelsOf(preset).map((id) => findModel(models, id));
  if (prices.some((model) => model === undefined)) return '';
  if (prices.every((model) => model?.free === true)) return 'free';
  const known = prices.flatMap((model) => model?.inputPerMillion ?? []).map(Number);
  if (known.length === 0) return 'price varies';
  const [min, max] = [Math.min(...known), Math.max(...known)];
  const range = min === max ? [min] : [min, max];
  return `${range.map((usd) => formatUsd(String(usd))).join(' to ')} /M in`;
}

function modelsOf({ entries }: Preset): readonly string[] {
  return entries.flatMap(({ members }) =>
    [members.defaultModel, members.complexModel].filter((id) => id !== undefined),
  );
}
