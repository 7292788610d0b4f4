import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generatedFiles } from '../src/cli/generated-files.ts';
import { checks } from '../src/doctor/checks/index.ts';
import { createWorld, packageFolder } from './helpers/world.ts';

const read = (file: string) => readFileSync(join(packageFolder, file), 'utf8');
const english = read('README.md');
const chinese = read('README.zh-CN.md');

const fences = /^```.*?^```$/gms;
const codeBlocks = (text: string) => text.match(fences) ?? [];
const prose = (text: string) => text.replace(fences, '');
const headingLevels = (text: string) => prose(text).match(/^#+(?= )/gm) ?? [];
const tableRows = (text: string) => prose(text).match(/^\|/gm)?.length;
const inlineCode = (text: string) => [...new Set(prose(text).match(/`[^`\n]+`/g))].sort();
const links = (text: string) =>
  [...prose(text).matchAll(/\]\(([^)]+)\)/g)].map(([, to]) => to ?? '');

describe('README.zh-CN.md', () => {
  it.each([
    ['headings', headingLevels],
    ['code blocks', codeBlocks],
    ['rows of tables', tableRows],
    ['commands, options and paths', inlineCode],
    ['links', (text: string) => links(text).filter((to) => !to.startsWith('README'))],
  ])('has the %s of README.md', (_what, partOf) => {
    expect(partOf(chinese)).toEqual(partOf(english));
  });

  it('and README.md link to each other', () => {
    expect(links(english)).toContain('README.zh-CN.md');
    expect(links(chinese)).toContain('README.md');
  });
});

describe('the documents', () => {
  it.each(['README.md', 'README.zh-CN.md', 'docs/serve.md', 'docs/apply.md'])(
    '%s links to files that exist',
    (file) => {
      const folder = join(packageFolder, file, '..');
      const local = links(read(file)).filter((to) => !/^(https?:|#)/.test(to));
      expect(local.filter((to) => !existsSync(join(folder, to.replace(/#.*/, ''))))).toEqual([]);
    },
  );

  it.each(['README.md', 'docs/serve.md', 'docs/apply.md'])(
    '%s has only commands and options that exist',
    async (file) => {
      const reference = (await generatedFiles(createWorld().deps)).find(
        ({ file }) => file === 'docs/commands.md',
      );
      const known = new Set(reference?.text.match(/--[a-z-]+/g));
      const commands = read(file).match(/openclaw-openrouter [a-z][^`|\n]*/g) ?? [];
      const options = commands.flatMap((command) => command.match(/ --[a-z-]+/g) ?? []);
      const unknown = options.filter((option) => !known.has(option.trim()));
      expect(unknown).toEqual([]);
      for (const command of commands) {
        const [, name = ''] = command.split(/[ \t]+/);
        expect(reference?.text, command).toContain(`\n## ${name}\n`);
      }
    },
  );

  it('show a picture with as many checks as there are (else: node scripts/picture.js)', () => {
    const [, shown] = /(\d+) checks/.exec(read('docs/terminal.svg')) ?? [];
    expect(Number(shown)).toBe(checks.length);
  });
});
