import {
  type Block,
  type CommandManual,
  environment,
  exitCodes,
  files,
  type Manual,
  type Term,
} from './manual.ts';

/** The list of commands for people who read it on the web, in Markdown. */
export function commandsPage({ commands, commonOptions }: Manual): string {
  const sections = [
    '# Commands',
    'Generated from the help of the commands by `npm run generate`. The same is in `man openclaw-openrouter`.',
    commands.map(({ name, summary }) => `- [\`${name}\`](#${anchor(name)}): ${summary}`).join('\n'),
    ...commands.flatMap(commandSection),
    '## Common options',
    'Every command takes these.',
    table('option', commonOptions),
    '## Exit codes',
    table('code', exitCodes),
    '## Environment',
    table('variable', environment),
    '## Files',
    table('file', files),
  ];
  return `${sections.join('\n\n')}\n`;
}

function commandSection({ name, usage, summary, terms, notes }: CommandManual): string[] {
  return [
    `## ${name}`,
    `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`,
    fenced([usage]),
    ...(terms.length === 0 ? [] : [table('option', terms)]),
    ...notes.map(block),
  ];
}

function block({ kind, lines }: Block): string {
  return kind === 'text'
    ? lines.map(inline).join('\n')
    : fenced(lines.map((line) => line.slice(2)));
}

function fenced(lines: readonly string[]): string {
  return ['```', ...lines, '```'].join('\n');
}

function table(name: string, terms: readonly Term[]): string {
  const rows = terms.map(({ term, meaning }) => `| \`${term}\` | ${inline(meaning)} |`);
  return [`| ${name} | |`, '|---|---|', ...rows].join('\n');
}

/** Text in which nothing is markup. */
function inline(text: string): string {
  return text.replace(/[<>|*_`~\\]/g, '\\$&');
}

function anchor(name: string): string {
  return name.replaceAll(' ', '-');
}
