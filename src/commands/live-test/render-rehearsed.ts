import stringWidth from 'fast-string-width';
import type { Stream } from '../../platform/deps.ts';
import { formatUsd } from '../../platform/money.ts';
import type { EntryReport, LinkReport, TestReport, WalkedStep } from '../../probe/report.ts';
import { secondsWords } from '../../terminal/duration.ts';
import { createStyle, type Style } from '../../terminal/style.ts';
import { pad, wrap } from '../../terminal/table.ts';
import { count, markOf, stateOf } from './words.ts';

/** The walk as the guide draws it (GUIDE.md 5.2), link below link. */
export function renderRehearsed({ entries, costUsd }: TestReport, stream: Stream): string {
  const style = createStyle(stream);
  const blocks = entries.map((entry) => renderEntry(entry, stream, style));
  const steps = entries.flatMap(({ walk }) => walk ?? []);
  const waitedMs = steps.reduce((sum, step) => sum + step.waitedMs, 0);
  const tookMs = entries.reduce((sum, entry) => sum + (entry.tookMs ?? 0), 0);
  const took = `${secondsWords(tookMs)} in all, ${secondsWords(waitedMs)} of it waiting`;
  const money = `would cost ${formatUsd(costUsd)}; no money spent`;
  const summary = `Rehearsed: ${count(steps.length, 'request')}, ${took}; ${money}`;
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
  const waits = steps.slice(1).map(({ waitedMs }) => secondsWords(waitedMs));
  const attempts =
    steps.length === 1 ? '' : `${count(steps.length, 'attempt')}, waited ${waits.join(', ')}`;
  const onward = last === undefined ? '' : onwardOf(last, steps.length);
  const cost = link.costUsd === null ? '' : formatUsd(link.costUsd);
  return [attempts, link.ok ? cost : onward].filter((part) => part !== '');
}

function onwardOf({ onward, outcome, retryAfterMs }: WalkedStep, attempts: number): string {
  switch (onward) {
    case 'done':
      return 'no going on after the first token';
    case 'stop':
      return outcome === 'billing' ? 'only free links go on' : 'dooms the whole key: stop';
    case 'exhausted':
      return attempts === 1 ? 'no retries: next' : '';
    case 'asks_too_long':
      return `asks to wait ${(retryAfterMs ?? 0) / 1000} s, longer than the cap: next`;
    case 'next':
      return 'a retry mends nothing: next';
    case 'retry':
      return '';
  }
}
