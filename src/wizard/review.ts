import { type CatalogModel, findModel } from '../catalog/model.ts';
import { comparePrices, costOf, timesOver, typicalMessage } from '../catalog/prices.ts';
import type { Choice } from '../platform/deps.ts';
import { CancelError, UserError } from '../platform/errors.ts';
import { formatUsd } from '../platform/money.ts';
import { type InitPlan, type InitResult, planInit, withHostUse } from '../setup/init-plan.ts';
import type { ChosenKey } from '../setup/setup-key.ts';
import {
  type EntryMembers,
  type EntryRequest,
  effectiveEntry,
  type SetupRequest,
} from '../setup/setup-request.ts';
import { unchanged, write } from '../setup/write.ts';
import { paintDiff } from '../terminal/style.ts';
import { wrap } from '../terminal/table.ts';
import { askNewKey } from './ask-key.ts';
import { askChannels } from './channels.ts';
import { print, type WizardContext } from './context.ts';
import { askAgain, askRequest } from './entries.ts';
import { type Topic, topics } from './topics/index.ts';
import { renderReports, verify } from './verify.ts';

/** All answers so far. */
interface Answers {
  readonly key: ChosenKey;
  readonly request: SetupRequest;
}

/** Shows what will be written, lets the user change answers until they agree, then verifies and writes it. */
export async function review(
  context: WizardContext,
  key: ChosenKey,
  request: SetupRequest,
): Promise<InitResult> {
  const { deps, options, detected, known } = context;
  let answers: Answers = { key, request };
  for (;;) {
    const plan = await planInit(deps, detected, answers.request, answers.key, known);
    if (!plan.result.changed) {
      const used = await askUseInHost(context, plan);
      return used.result.changed ? write(deps, used, [], options) : unchanged(deps, used, options);
    }
    preview(context, plan, answers.request);
    if ((await askNext(context, plan)) === 'write') {
      const reports = await verifyOrChange(context, plan);
      if (reports !== 'change') return writeAndRestart(context, plan, reports);
    }
    answers = await askChange(context, answers);
  }
}

/** Shows the diff of every file, the decisions made along the way, and the cost of a typical day. */
function preview(context: WizardContext, { result }: InitPlan, request: SetupRequest): void {
  const { deps, style } = context;
  const diff = paintDiff(result.diff, style).trimEnd();
  print(
    deps,
    '',
    diff,
    '',
    ...costLines(context, request),
    ...warningLines(context, result.warnings),
    '',
  );
}

function warningLines({ deps, style }: WizardContext, warnings: readonly string[]): string[] {
  const width = deps.io.stderr.columns - 1;
  return warnings.map((text) => `  ${style.symbol('warn')} ${wrap(text, width, 4)}`);
}

async function askNext(
  { deps, options }: WizardContext,
  { result }: InitPlan,
): Promise<'write' | 'change'> {
  const verifies = options.verify && result.entries.length > 0;
  const answer = await deps.prompter.select<'write' | 'change' | 'stop'>({
    message: 'Is this right?',
    choices: [
      {
        name: verifies ? 'Yes: verify it with a live request, then write it' : 'Yes: write it',
        short: 'Yes',
        value: 'write',
      },
      { name: 'Change an answer', value: 'change' },
      stopChoice,
    ],
  });
  if (answer === 'stop') throw new CancelError();
  return answer;
}

const stopChoice = { name: 'Stop: write nothing', short: 'Stop', value: 'stop' } as const;

/** Tests the primary models, repeatedly if the user wants, until they answer or the user decides otherwise. */
async function verifyOrChange(
  { deps, options }: WizardContext,
  plan: InitPlan,
): Promise<InitResult['proofs'] | 'change'> {
  if (!options.verify || plan.result.entries.length === 0) return [];
  for (;;) {
    const reports = await verify(deps, options.timeoutMs, plan);
    if (reports.every(({ ok }) => ok)) return reports;
    print(deps, ...renderReports(reports, deps.io.stderr), '');
    const next = await deps.prompter.select<'again' | 'change' | 'write' | 'stop'>({
      message: 'It does not answer. What now?',
      choices: [
        { name: 'Try again', value: 'again' },
        { name: 'Change an answer', value: 'change' },
        { name: 'Write it anyway', value: 'write' },
        stopChoice,
      ],
    });
    if (next === 'stop') throw new CancelError();
    if (next === 'write') return reports;
    if (next === 'change') return 'change';
  }
}

// Asked before anything is written: Ctrl-C at any prompt leaves everything as it was.
async function writeAndRestart(
  context: WizardContext,
  plan: InitPlan,
  reports: InitResult['proofs'],
): Promise<InitResult> {
  const { deps, options, host } = context;
  const used = await askUseInHost(context, plan);
  const mayRestart = options.restart && !options.sandbox && host.installed;
  const restart =
    mayRestart &&
    (used !== plan ||
      (await deps.prompter.confirm({
        message: 'Restart OpenClaw once it is written, and run its doctor?',
        default: true,
      })));
  return write(deps, used, reports, { ...options, restart });
}

/** Adds the changes to OpenClaw's own config if the user wants them. */
async function askUseInHost(context: WizardContext, plan: InitPlan): Promise<InitPlan> {
  const { deps, options, host, style } = context;
  const isAsked = options.apply === undefined && host.installed && !options.sandbox;
  if (options.apply !== true && !isAsked) return plan;
  const used = await hostUseIfPossible(context, plan);
  if (used.result.files.length === plan.result.files.length) return used;
  const added = used.result.warnings.slice(plan.result.warnings.length);
  const diff = used.result.diff.slice(plan.result.diff.length);
  print(deps, '', paintDiff(diff, style).trimEnd(), '', ...warningLines(context, added), '');
  const question = { message: 'Use this in OpenClaw now, and restart it?', default: true };
  return !isAsked || (await deps.prompter.confirm(question)) ? used : plan;
}

/** Leaves the plan as it is, with a warning, if OpenClaw's config does not allow it: the setup itself is fine. */
async function hostUseIfPossible(
  { deps, options, style }: WizardContext,
  plan: InitPlan,
): Promise<InitPlan> {
  try {
    return await withHostUse(deps, plan, options);
  } catch (error) {
    if (!(error instanceof UserError) || options.apply === true) throw error;
    print(deps, `  ${style.symbol('warn')} OpenClaw cannot use this yet: ${error.message}`);
    return plan;
  }
}

type Change =
  | { readonly kind: 'topic'; readonly name: string; readonly topic: Topic }
  | { readonly kind: 'channels' | 'goals' | 'key' };

/** Asks for one answer again and keeps the others. */
async function askChange(context: WizardContext, { key, request }: Answers): Promise<Answers> {
  const change = await context.deps.prompter.select<Change>({
    message: 'Which answer?',
    choices: [
      ...request.entries.flatMap((entry) => topicChoices(context, entry)),
      { name: 'channels', value: { kind: 'channels' } },
      { name: 'the key', value: { kind: 'key' } },
      { name: 'start over, with the same key', value: { kind: 'goals' } },
    ],
  });
  switch (change.kind) {
    case 'key':
      return { request, key: await askNewKey(context) };
    case 'goals':
      return { key, request: await askRequest(context) };
    case 'channels':
      return { key, request: { ...request, channels: await askChannels(context, request) } };
    case 'topic': {
      const entries = request.entries.map((entry) =>
        entry.name === change.name ? askAgain(context, entry, change.topic) : entry,
      );
      return { key, request: { ...request, entries: await Promise.all(entries) } };
    }
  }
}

function topicChoices({ detected }: WizardContext, entry: EntryRequest): Choice<Change>[] {
  const { name, members } = effectiveEntry(entry, detected.setup);
  return topics.map((topic) => ({
    name: `${name}: ${topic.title}  ${topic.summary(members) ?? 'none'}`,
    short: `${name}: ${topic.title}`,
    value: { kind: 'topic', name, topic },
  }));
}

/** The cost of a typical day with each entry of the request; nothing without a list of models. */
function costLines(context: WizardContext, { entries }: SetupRequest): readonly string[] {
  if (entries.length === 0 || context.models.length === 0) return [];
  const { promptTokens, completionTokens } = typicalMessage;
  const basis = `${messagesPerDay} messages of ${promptTokens} tokens in, ${completionTokens} out`;
  return [
    `  A typical day ${context.style.dim(`(${basis})`)}`,
    ...entries.map((entry) => `    ${entry.name}  ${costSummary(context, entry)}`),
  ];
}

function costSummary({ models, detected }: WizardContext, entry: EntryRequest): string {
  const { members } = effectiveEntry(entry, detected.setup);
  const { usualUsd, maxUsd } = dailyCost(members, models);
  const limit = members.budget?.dailyLimit;
  return [
    usualUsd === null ? 'its price varies' : Number(usualUsd) === 0 ? 'free' : formatUsd(usualUsd),
    ...(maxUsd === null
      ? []
      : [`${formatUsd(maxUsd)} if its most expensive model answers everything`]),
    ...(limit === undefined ? [] : [`limit ${formatUsd(String(limit))}`]),
  ].join(', ');
}

/** Assumed messages per day of a personal assistant, each a `typicalMessage`. */
const messagesPerDay = 50;

/** The cost of a typical day in USD, as exact decimal strings. */
interface DailyCost {
  /** If the primary answers everything; null if its price varies or is unknown. */
  readonly usualUsd: string | null;
  /** If the most expensive link answers everything; null if that is the primary, or if unknown. */
  readonly maxUsd: string | null;
}

/** The cost of a typical day with this entry, ignoring its limits. */
export function dailyCost(members: EntryMembers, models: readonly CatalogModel[]): DailyCost {
  const { defaultModel = '', complexModel, fallbackModels = [] } = members;
  const others = [...(complexModel === undefined ? [] : [complexModel]), ...fallbackModels];
  const usualUsd = costOfModel(defaultModel, models);
  const max = others
    .map((id) => costOfModel(id, models))
    .filter((usd) => usd !== null)
    .sort(comparePrices)
    .at(-1);
  const isMore = max !== undefined && usualUsd !== null && comparePrices(max, usualUsd) > 0;
  return { usualUsd, maxUsd: isMore ? max : null };
}

function costOfModel(id: string, models: readonly CatalogModel[]): string | null {
  const model = findModel(models, id);
  if (model === undefined) return null;
  const { promptTokens, completionTokens } = typicalMessage;
  return timesOver(costOf(model, promptTokens, completionTokens), messagesPerDay);
}
