import stringWidth from 'fast-string-width';
import type { Stream } from '../../platform/deps.ts';
import { formatSeconds } from '../../platform/durations.ts';
import { formatUsd } from '../../platform/money.ts';
import { plural } from '../../platform/wording.ts';
import type { EntryReport, LinkReport, TestReport, WalkedStep } from '../../probe/report.ts';
import { createStyle, type Style } from '../../terminal/style.ts';
import { pad, wrap } from '../../terminal/table.ts';
import type { AskReport, Choice } from './ask.ts';
import { markOf, stateOf } from './progress.ts';

/** The walk as drawn in the guide (GUIDE.md 5.2), one link below the other. */
export function renderRehearsed({ entries, costUsd }: TestReport, stream: Stream): string {
  const style = createStyle(stream);
  const blocks = entries.map((entry) => renderEntry(entry, stream, style));
  const steps = entries.flatMap(({ walk }) => walk ?? []);
  const waitedMs = steps.reduce((sum, step) => sum + step.waitedMs, 0);
  const tookMs = entries.reduce((sum, entry) => sum + (entry.tookMs ?? 0), 0);
  const took = `${formatSeconds(tookMs)} in all, ${formatSeconds(waitedMs)} of it waiting`;
  const money = `would cost ${formatUsd(costUsd)}; no money spent`;
  const summary = `Rehearsed: ${plural(steps.length, 'request')}, ${took}; ${money}`;
  return `${[...blocks, `  ${wrap(summary, stream.columns, 2)}`].join('\n\n')}\n`;
}

function renderEntry(report: EntryReport, stream: Stream, style: Style): string {
  const { links, walk = [], entry, verdict } = report;
  const width = Math.max(...walk.map(({ model }) => stringWidth(model)), 0) + 3;
  const tried = [...new Set(walk.map(({ role }) => role))];
  const blocks = tried.flatMap((role) => {
    const steps = walk.filter((step) => step.role === role);
    const link = links.find((each) => each.role === role);
    return link === undefined ? [] : [renderLink(link, steps, width, stream, style)];
  });
  const arrow = `\n    ${style.dim(style.down)}\n`;
  const mark = style.symbol(report.ok ? 'ok' : 'fail');
  const words = wrap(`${mark} ${verdict.join('; ')}`, stream.columns, 4);
  return [`  ${style.strong(entry)}`, blocks.join(arrow), `  ${words}`].join('\n');
}

function renderLink(
  link: LinkReport,
  steps: readonly WalkedStep[],
  width: number,
  stream: Stream,
  style: Style,
): string {
  const words = [
    `${markOf(link, style)} ${style.paint(stateOf(link), link.headline ?? '')}`,
    ...storyOf(link, steps),
  ].join('   ');
  const oneLine = `  ${pad(link.model, width)}${words}`;
  if (stringWidth(oneLine) <= stream.columns) return oneLine;
  return `  ${link.model}\n      ${wrap(words, stream.columns, 6)}`;
}

function storyOf(link: LinkReport, steps: readonly WalkedStep[]): string[] {
  const last = steps.at(-1);
  const waits = steps.slice(1).map(({ waitedMs }) => formatSeconds(waitedMs));
  const attempts =
    steps.length === 1 ? '' : `${plural(steps.length, 'attempt')}, waited ${waits.join(', ')}`;
  const onward = last === undefined ? '' : onwardOf(last, steps.length);
  const cost = link.costUsd === null ? '' : formatUsd(link.costUsd);
  return [attempts, link.ok ? cost : onward].filter((part) => part !== '');
}

function onwardOf({ onward, outcome, retryAfterMs }: WalkedStep, attempts: number): string {
  switch (onward) {
    case 'done':
      return 'the answer had begun: no other model can continue it';
    case 'stop':
      return outcome === 'billing'
        ? 'only free models are tried from here'
        : 'concerns the key: stop';
    case 'exhausted':
      return attempts === 1 ? 'no retries: next' : '';
    case 'asks_too_long':
      return `asks to wait ${(retryAfterMs ?? 0) / 1000} s, which is too long: next`;
    case 'next':
      return 'not worth a retry: next';
    case 'retry':
      return '';
  }
}

/** Channel → entry → trigger → model → request, then the answer. */
export function renderAsk(report: AskReport, stream: Stream): string {
  const style = createStyle(stream);
  const row = (label: string, words: string) =>
    `  ${style.dim(pad(label, labelWidth))}${wrap(words, stream.columns, labelWidth + 2)}`;
  const { choice } = report;
  const lines = [
    ...(choice.channel === null ? [] : [row('Channel', choice.channel)]),
    row('Entry', `${choice.entry} (${whyWords[choice.why]})`),
    row('Trigger', triggerWords(choice)),
    row('Model', `${choice.model} (${choice.role})`),
    ...walkLines(report, row, style),
    ...requestLines(report, style),
  ];
  return `${lines.join('\n')}\n\n${ending(report, stream, style)}\n`;
}

const labelWidth = 10;

const whyWords: Readonly<Record<Choice['why'], string>> = {
  channel: 'the channel names it',
  asked: 'asked for',
  only: 'the only one',
  first: 'the first of the setup file',
};

function triggerWords({ trigger, role }: Choice): string {
  return role === 'complex' && trigger !== null
    ? `"${trigger}" is in the prompt`
    : 'none in the prompt';
}

function walkLines(
  { walk }: AskReport,
  row: (label: string, words: string) => string,
  style: Style,
): string[] {
  if (walk.length < 2) return [];
  const words = walk.map(({ model, outcome }) => `${model} ${outcome}`).join(` ${style.arrow} `);
  return [row('Walk', words)];
}

function requestLines({ request }: AskReport, style: Style): string[] {
  const json = JSON.stringify(request.body, null, 2).split('\n');
  return [`  ${style.dim('Request')}`, ...json.map((line) => `    ${line}`)];
}

function ending(report: AskReport, stream: Stream, style: Style): string {
  const { answer, served, message, fix, costUsd, walk, servedModel, provider } = report;
  if (served === null) {
    const fixLine = fix === null ? [] : [`    ${style.arrow} ${wrap(fix, stream.columns, 6)}`];
    return [
      `  ${style.symbol('fail')} no answer: ${message ?? 'the entry names no model'}`,
      ...fixLine,
    ].join('\n');
  }
  const words = wrap((answer ?? '').trim(), stream.columns - 2)
    .split('\n')
    .join('\n  ');
  const by = `${servedModel ?? served}${provider === null ? '' : ` by ${provider}`}`;
  const paid = report.simulated ? `${formatUsd(costUsd)} on paper` : formatUsd(costUsd);
  return `  ${words}\n\n  ${style.symbol('ok')} ${style.dim(`${by} ${style.dot} ${plural(walk.length, 'request')} ${style.dot} ${paid}`)}`;
}
