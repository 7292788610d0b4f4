import { type Profiler, Session } from 'node:inspector/promises';
import { unifiedDiff } from '../../src/changes/diff.ts';
import { dotenvDialect } from '../../src/config/dotenv.ts';
import { json5Dialect } from '../../src/config/json5/index.ts';
import { bashDialect, fishDialect } from '../../src/config/shell/index.ts';
import { bashTexts, dotenvTexts, fishTexts, json5Cases } from './large-texts.ts';

// Prints how many blocks of code run for each text, once as large and once twice as large. Run by large-files.test.ts
// in a process of its own, whose counters are nobody else's.

const key = { op: 'set', path: ['KEY'], value: 'new' } as const;

function casesOf(many: number): [string, () => unknown][] {
  const [old, other] = ['a', 'b'].map((letter) => `${letter}\n`.repeat(many));
  return [
    ...json5Cases(many).map(([name, text, edits]): [string, () => unknown] => [
      `JSON5: ${name}`,
      () => json5Dialect.edit(text, edits),
    ]),
    ...(
      [
        ['bash', bashDialect, bashTexts(many)],
        ['fish', fishDialect, fishTexts(many)],
        ['.env', dotenvDialect, dotenvTexts(many)],
      ] as const
    ).flatMap(([dialect, { edit }, texts]) =>
      texts.map(([name, text]): [string, () => unknown] => [
        `${dialect}: ${name}`,
        () => edit(text, [key]),
      ]),
    ),
    ['quadratic', () => quadratic(many)],
    ['diff', () => unifiedDiff(old ?? '', other ?? '', 'f')],
  ];
}

/** Shows that the counter would notice. */
function quadratic(many: number): number {
  let steps = 0;
  for (let i = 0; i < many; i += 1) for (let k = 0; k < many; k += 1) steps += 1;
  return steps;
}

async function main(): Promise<void> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const stepsOf = async (work: () => unknown) => {
    await session.post('Profiler.takePreciseCoverage');
    work();
    const { result } = await session.post('Profiler.takePreciseCoverage');
    return sumOf(result);
  };
  const [once, twice] = [casesOf(1_000), casesOf(2_000)];
  const counted: Record<string, [number, number]> = {};
  for (const [i, [name, work]] of once.entries()) {
    counted[name] = [await stepsOf(work), await stepsOf(twice[i]?.[1] ?? work)];
  }
  console.log(JSON.stringify(counted));
}

function sumOf(scripts: readonly Profiler.ScriptCoverage[]): number {
  const ranges = scripts.flatMap(({ functions }) => functions.flatMap((each) => each.ranges));
  return ranges.reduce((sum, { count }) => sum + count, 0);
}

void main();
