import { Command } from 'commander';
import { generateCompletions } from '../commands/completion/scripts.ts';
import { commands } from '../commands/index.ts';
import type { Deps } from '../platform/deps.ts';
import { manPage } from './man-page.ts';
import {
  type Block,
  type CommandManual,
  describeManual,
  environment,
  exitCodes,
  files,
  type Manual,
  type Term,
} from './manual.ts';

/** Every committed file that is generated from the commands, with its path. Used at build time only. */
export async function generatedFiles(deps: Deps): Promise<{ file: string; text: string }[]> {
  const program = new Command('openclaw-openrouter');
  for (const { name, summary, load } of commands) {
    (await load()).define(program.command(name).description(summary), deps);
  }
  const manual = describeManual(program);
  return [
    ...generateCompletions(program).map(({ file, text }) => ({
      file: `completions/${file}`,
      text,
    })),
    { file: 'man/openclaw-openrouter.1', text: manPage(manual, deps.place.version) },
    { file: 'docs/commands.md', text: commandsPage(manual) },
  ];
}

/** The command reference in Markdown. */
function commandsPage({ commands, commonOptions }: Manual): string {
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

/** Escapes text so that nothing in it is markup. */
function inline(text: string): string {
  return text.replace(/[<>|*_`~\\]/g, '\\$&');
}

function anchor(name: string): string {
  return name.replaceAll(' ', '-');
}
