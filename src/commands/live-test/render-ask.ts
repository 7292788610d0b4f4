import type { Stream } from '../../platform/deps.ts';
import { formatUsd } from '../../platform/money.ts';
import { createStyle, type Style } from '../../terminal/style.ts';
import { pad, wrap } from '../../terminal/table.ts';
import type { AskReport, Choice } from './ask.ts';
import { count } from './words.ts';

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
  return `  ${words}\n\n  ${style.symbol('ok')} ${style.dim(`${by} ${style.dot} ${count(walk.length, 'request')} ${style.dot} ${paid}`)}`;
}
