import type { Deps } from '../../platform/deps.ts';
import { tildePath } from '../../platform/paths.ts';
import { createStyle } from '../../terminal/style.ts';
import { wrap } from '../../terminal/table.ts';
import type { Listening } from './run.ts';

/** What stands above the log. */
export function renderListening(
  listening: Listening,
  { io, place }: Pick<Deps, 'io' | 'place'>,
): string {
  const style = createStyle(io.stderr);
  const { url, setupPath, entries, channels, needsToken, notes } = listening;
  const models = [...entries, ...channels.map((name) => `channel:${name}`)].join(', ');
  const fitting = (text: string) => wrap(text, io.stderr.columns - 4, 4);
  const lines = [
    `${style.symbol('ok')} The gateway listens on ${style.strong(url)}`,
    style.dim(`  ${tildePath(setupPath, place)}`),
    `  ${fitting(`models   ${models}`)}`,
    `  ${fitting(`API key  ${needsToken ? 'the token' : openTo(place)}`)}`,
    ...notes.map((note) => fitting(`${style.symbol('warn')} ${note}`)),
    style.dim('  Ctrl-C ends it'),
    '',
  ];
  return `${lines.map((line) => (line === '' ? '' : `  ${line}`)).join('\n')}\n`;
}

/** Linux alone says who holds the other end of a connection. */
function openTo({ platform }: Deps['place']): string {
  return platform === 'linux'
    ? 'anything; other users of this machine need the token'
    : 'anything, from any user of this machine';
}
