import { findModel } from '../catalog/model.ts';
import { formatUsd } from '../catalog/prices.ts';
import type { Choice } from '../platform/deps.ts';
import { type Preset, type PresetName, presets } from '../setup/presets.ts';
import { truncate } from '../terminal/table.ts';
import type { Talk } from './context.ts';

/** What somebody wants, in their words; each is a preset. */
const wants: Readonly<Record<PresetName, string>> = {
  basic: 'One good model',
  free: 'Free models',
  channels: 'A model for each channel',
  auto: 'Automatic routing',
  resilient: 'Never go down: fallbacks',
  budget: 'Keep it cheap: a budget',
  smart: 'Keep it cheap: the strong model only when needed',
};

const widest = Math.max(...Object.values(wants).map((want) => want.length));

/** Asks what the setup is for; one thing at least, each explained in a line with its price. */
export function askGoals(talk: Talk): Promise<PresetName[]> {
  return talk.deps.prompter.checkbox({
    message: 'What for? (several may be picked)',
    required: true,
    choices: presets.map((preset) => goalChoice(talk, preset)),
  });
}

function goalChoice(talk: Talk, preset: Preset): Choice<PresetName> {
  const { name, summary } = preset;
  const { columns } = talk.deps.io.stderr;
  const price = columns < widest + 26 ? '' : priceWords(talk, preset);
  return {
    name: price === '' ? wants[name] : `${wants[name].padEnd(widest)}  ${price}`,
    short: name,
    value: name,
    description: truncate(
      `${summary.charAt(0).toUpperCase()}${summary.slice(1)}: ${modelsOf(preset).join(', ')}`,
      columns - 1,
      talk.style.ellipsis,
    ),
  };
}

/** Of a million tokens that go in, as of the list of models: the first thing that tells dear from cheap. */
function priceWords({ models }: Talk, preset: Preset): string {
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
