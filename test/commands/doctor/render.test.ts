import stringWidth from 'fast-string-width';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CatalogModel } from '../../../src/catalog/model.ts';
import { checkList, renderDoctor } from '../../../src/commands/doctor/render.ts';
import { annotationsOf, doctorDocument, renderPlain } from '../../../src/commands/doctor/report.ts';
import { runDoctor } from '../../../src/commands/doctor/run.ts';
import { checks } from '../../../src/doctor/checks/index.ts';
import { doctorWorld, sandboxModels } from '../../doctor/doctor-world.ts';
import { offline } from './offline.ts';

const text = `{
  models: {
    main: {
      provider: 'openrouter',
      apiKey: '\${OPENROUTER_API_KEY}',
      defaultModel: 'meta-llama/llama-3.3-70b',
      maxRetries: 9,
      headers: { 'HTTP-Referer': 'x' },
    },
  },
}
`;

let models: readonly CatalogModel[];
beforeAll(async () => {
  models = await sandboxModels();
});

async function shown(
  stream: { columns?: number; unicode?: boolean; isTty?: boolean },
  source = text,
) {
  const { deps } = await doctorWorld({ text: source, models });
  const report = await runDoctor(deps, offline);
  const stdout = { isTty: true, color: false, unicode: true, columns: 80, ...stream };
  return stdout.isTty ? renderDoctor(report, stdout, deps.place) : renderPlain(report);
}

describe('the report on a terminal', () => {
  it('is grouped, with problem, place and fix', async () => {
    const lines = (await shown({})).split('\n');
    expect(lines[0]).toBe('  ~/.config/openclaw/openclaw.json5 · 1 entry, 1 model');
    expect(lines).toContain(
      '  Models       ✗ "meta-llama/llama-3.3-70b" does not exist   openclaw.json5:6:21',
    );
    expect(lines).toContain(
      '                 → meta-llama/llama-3.3-70b-instruct ($0.10 in, $0.32 out per M)',
    );
    expect(lines).toContain('  Budget       ✓ ok');
    expect(lines.join('\n')).toMatch(
      /^ {2}\d+ checks: 1 error, 2 warnings, 1 note, \d+ skipped \(/m,
    );
  });

  it.each([40, 60, 80, 100, 200])('is never wider than %i columns', async (columns) => {
    const lines = (await shown({ columns })).split('\n');
    // A word without a break in it, such as a model id, is not cut.
    const wide = lines.filter((line) => stringWidth(line) > columns && / \S+ \S/.test(line.trim()));
    expect(columns < 60 ? [] : wide).toEqual([]);
  });

  it('uses no symbols that the terminal cannot show', async () => {
    expect(await shown({ unicode: false })).not.toMatch(/[^\u0020-\u007e\n]/);
  });

  it('shows the code around a syntax error', async () => {
    const report = await shown({}, '{\n  models {\n');
    expect(report).toContain('> 2 |   models {');
    expect(report).toMatch(/\d+ skipped \(\d+: the setup file does not parse/);
  });
});

describe('the report in a pipe', () => {
  it('is one tab-separated finding per line', async () => {
    const lines = (await shown({ isTty: false })).trimEnd().split('\n');
    const fields = lines.map((line) => line.split('\t'));
    expect(fields.filter((row) => row[0] === 'error')).toEqual([
      [
        'error',
        'models/exists',
        expect.stringMatching(/^\/.*openclaw\.json5:6:21$/),
        '"meta-llama/llama-3.3-70b" does not exist',
        'meta-llama/llama-3.3-70b-instruct ($0.10 in, $0.32 out per M)',
      ],
    ]);
    expect(fields.at(-1)?.[0]).toBe('summary');
  });
});

describe('a fix that could not be made', () => {
  const notFixed = {
    checkId: 'files/literal-key',
    does: 'a: move the key to ~/.bashrc',
    reason: 'Cannot write ~/.bashrc: the file is read-only (mode 0444)',
    hint: 'chmod u+w ~/.bashrc',
  } as const;
  const report = {
    ok: true,
    path: '',
    counts: null,
    examined: [],
    findings: [],
    unchecked: null,
    fixed: { done: [], notFixed: [notFixed], written: [], undoId: null, warnings: [], diff: '' },
  };

  it('is shown with its reason', async () => {
    const { deps } = await doctorWorld();
    const stdout = { isTty: true, color: false, unicode: true, columns: 120 };
    expect(renderDoctor(report, stdout, deps.place)).toContain(`
  ! not fixed: a: move the key to ~/.bashrc: Cannot write ~/.bashrc: the file is read-only (mode 0444)
    → chmod u+w ~/.bashrc
`);
    expect(renderPlain(report).split('\n')[0]?.split('\t')).toEqual([
      'unfixed',
      'files/literal-key',
      '',
      'a: move the key to ~/.bashrc: Cannot write ~/.bashrc: the file is read-only (mode 0444)',
      'chmod u+w ~/.bashrc',
    ]);
    expect(doctorDocument(report, deps.place).fixed?.notFixed).toEqual([
      {
        checkId: 'files/literal-key',
        fix: 'a: move the key to ~/.bashrc',
        reason: 'Cannot write ~/.bashrc: the file is read-only (mode 0444)',
        hint: 'chmod u+w ~/.bashrc',
      },
    ]);
  });
});

describe('the list of checks on a terminal', () => {
  it.each([60, 80, 120])('shows every summary in full in %s columns', (columns) => {
    const stream = { isTty: true, color: false, unicode: true, columns };
    const list = checkList(checks, stream);
    const plain = list.replace(/\s+/g, ' ');
    expect(checks.filter(({ summary }) => !plain.includes(summary))).toEqual([]);
    expect(Math.max(...list.split('\n').map((line) => stringWidth(line)))).toBeLessThanOrEqual(
      columns,
    );
  });
});

describe('annotations', () => {
  it('have their level, place and fix', () => {
    const finding = {
      checkId: 'files/syntax',
      severity: 'info',
      message: 'It is wrong',
      fixHint: 'Fix it',
      place: { file: '/a/b,c:d.json5', line: 3, column: 4 },
    } as const;
    const report = {
      ok: true,
      path: '',
      counts: null,
      examined: [],
      findings: [finding],
      fixed: null,
      unchecked: null,
    };
    expect(annotationsOf(report, { cwd: '/a' })).toEqual([
      {
        level: 'notice',
        title: 'files/syntax',
        message: 'It is wrong\nFix it',
        file: 'b,c:d.json5',
        line: 3,
        column: 4,
      },
    ]);
  });
});
