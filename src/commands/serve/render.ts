import type { Deps } from '../../deps.ts';
import { tildePath } from '../../platform/paths.ts';
import { createStyle } from '../../terminal/style.ts';
import type { Listening } from './run.ts';

/** What stands above the log. */
export function renderListening(
  listening: Listening,
  { io, place }: Pick<Deps, 'io' | 'place'>,
): string {
  const style = createStyle(io.stderr);
  const { url, entries, channels, needsToken, notes } = listening;
  const names = [...entries, ...channels.map((name) => `channel:${name}`)];
  const lines = [
    `${style.symbol('ok')} The gateway listens on ${style.strong(url)}`,
    style.dim(`  ${tildePath(listening.setupPath, place)} ${style.dot} models ${names.join(', ')}`),
    ...notes.map((note) => `${style.symbol('warn')} ${note}`),
    style.dim(
      `  Base URL for clients: ${url}   API key: ${needsToken ? 'the token' : 'anything'}   Ctrl-C ends it`,
    ),
    '',
  ];
  return `${lines.map((line) => (line === '' ? '' : `  ${line}`)).join('\n')}\n`;
}
