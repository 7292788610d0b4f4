import type { Stream } from '../../platform/deps.ts';
import { formatSeconds } from '../../terminal/duration.ts';
import { createStyle, type Style } from '../../terminal/style.ts';
import { pad, wrap } from '../../terminal/table.ts';
import type { Cell } from '../../text/csv.ts';
import type { HostReport, RehearsedTurn } from './rehearse-host.ts';

/** OpenClaw by itself and through `serve`, fault by fault. */
export function renderInHost({ version, rehearsals }: HostReport, stream: Stream): string {
  const style = createStyle(stream);
  const blocks = rehearsals.map(({ entry, faults, host, serve }) =>
    [
      `  ${style.strong(entry)}  ${style.dim(faults)}`,
      ...turnLines('OpenClaw', host, stream, style),
      ...turnLines('with serve', serve, stream, style),
    ].join('\n'),
  );
  const summary = `Rehearsed with OpenClaw ${version} in a temporary home against the sandbox; no money spent`;
  return `${[...blocks, `  ${wrap(summary, stream.columns, 2)}`].join('\n\n')}\n`;
}

const labelWidth = 12;

function turnLines(label: string, turn: RehearsedTurn, stream: Stream, style: Style): string[] {
  const indent = labelWidth + 4;
  const mark = style.symbol(turn.served === null ? 'fail' : 'ok');
  const line = `  ${mark} ${pad(label, labelWidth)}${wrap(wordsOn(turn), stream.columns, indent)}`;
  if (turn.error === null) return [line];
  const said = wrap(`the chat shows: ${turn.error}`, stream.columns, indent);
  return [line, `${' '.repeat(indent)}${style.dim(said)}`];
}

function wordsOn({ requests, served, tookMs, error }: RehearsedTurn): string {
  const asked = requests.map(({ model, count }) => (count === 1 ? model : `${count} × ${model}`));
  const end =
    served !== null ? 'answered' : error === null ? 'gave up: it did not end' : 'no answer';
  return `${asked.join(', then ')}: ${end} after ${formatSeconds(tookMs)}`;
}

/** `entry faults host|serve requests served tookMs error` */
export function hostLines({ rehearsals }: HostReport): Cell[][] {
  return rehearsals.flatMap(({ entry, faults, host, serve }) =>
    Object.entries({ host, serve }).map(([who, { requests, served, tookMs, error }]) => [
      ...[entry, faults, who],
      requests.map(({ model, count }) => `${count} ${model}`).join(', '),
      ...[served, tookMs, error],
    ]),
  );
}
