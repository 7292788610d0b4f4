import { findModel } from '../catalog/model.ts';
import type { Choice } from '../platform/deps.ts';
import { formatUsd } from '../platform/money.ts';
import { type Preset, type PresetName, presets } from '../setup/presets.ts';
import { truncate } from '../terminal/table.ts';
import type { WizardContext } from './context.ts';

/** The presets in the words of somebody who wants one. */
const goals: Readonly<Record<PresetName, string>> = {
  basic: 'One good model',
  free: 'Free models',
  channels: 'A model for each channel',
  auto: 'Automatic routing',
  resilient: 'Never go down: fallbacks',
  budget: 'Keep it cheap: a budget',
  smart: 'Keep it cheap: the strong model only when needed',
};

const widest = Math.max(...Object.values(goals).map((goal) => goal.length));

/** Asks what the setup is for: one or more presets, each explained in a line with its price. */
export function askGoals(context: WizardContext): Promise<PresetName[]> {
  return context.deps.prompter.checkbox({
    message: 'What is it for? (pick one or more)',
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

/** Per million input tokens, from the list of models; "" where a model is not in it. */
function priceSummary({ models }: WizardContext, preset: Preset): string {
  const prices = modelsOf(preset).map((id) => findModel(models, id));
  if (prices.some((model) => model === undefined)) return '';
  if (prices.every((model) => model?.free === true)) return 'free';
  const known = prices.flatMap((model) => model?.inputPerMillion ?? []).map(Number);
  if (known.length === 0) return 'price varies';
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const range = least === most ? [least] : [least, most];
  return `${range.map((usd) => formatUsd(String(usd))).join(' to ')} /M in`;
}

function modelsOf({ entries }: Preset): readonly string[] {
  return entries.flatMap(({ members }) =>
    [members.defaultModel, members.complexModel].filter((id) => id !== undefined),
  );
}
