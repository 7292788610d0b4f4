// @ts-check
// Runs test/bench/*.bench.ts and prints each figure next to its limit. `npm run bench -- start edit` runs only these
// files. A full run also writes docs/benchmarks.md and the line of each README that quotes it.
import { fork } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';
import { build } from './build.js';

/** @typedef {import('../test/bench/figure.ts').Figure} Figure */

const root = fileURLToPath(new URL('..', import.meta.url));
const names = process.argv.slice(2);
process.chdir(root);
/** @type {Map<string, readonly Figure[]>} */
const sections = new Map();
if (process.send !== undefined) {
  for (const name of names) process.send(await run(name));
} else {
  await build();
  for (const file of (await readdir('test/bench')).filter((file) => file.endsWith('.bench.ts'))) {
    const name = file.replace('.bench.ts', '');
    if (names.length === 0 || names.includes(name)) sections.set(name, await inOwnProcess(name));
  }
  if (sections.size === 0) throw new Error(`test/bench has no ${names.join(', ')}`);
  const over = [...sections.values()].flat().filter((figure) => holds(figure) === 'no').length;
  console.log(over === 0 ? 'All figures hold' : `${over} figures do not hold`);
  if (names.length === 0) await publish();
}

/**
 * A process that has become large takes long to start others, which would hide what a start takes.
 * @param {string} section @returns {Promise<readonly Figure[]>}
 */
function inOwnProcess(section) {
  const child = fork(fileURLToPath(import.meta.url), [section]);
  return new Promise((resolve, reject) => {
    child.on('message', (figures) => resolve(/** @type {readonly Figure[]} */ (figures)));
    // After the last message.
    child.on('close', () => reject(new Error(`The benchmark ${section} gave no figures`)));
  });
}

/** @param {string} section @returns {Promise<readonly Figure[]>} */
async function run(section) {
  const folder = await mkdtemp(join(root, 'node_modules/.bench-'));
  try {
    const { bench } = await load(folder, `${section}.bench.ts`);
    const figures = await bench();
    for (const figure of figures) {
      const { what, atMost } = figure;
      const limit = atMost === null ? '' : ` (at most ${amount(atMost)})`;
      console.log(`${holds(figure).padEnd(4)}  ${what.padEnd(60)} ${measuredText(figure)}${limit}`);
    }
    return figures;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @param {string} folder @param {string} file @returns {Promise<{bench: import('../test/bench/figure.ts').Bench}>} */
async function load(folder, file) {
  const outfile = join(folder, `${file}.mjs`);
  await esbuild.build({
    entryPoints: [join('test/bench', file)],
    outfile,
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    logLevel: 'error',
  });
  return import(pathToFileURL(outfile).href);
}

/** @param {Figure} figure */
function holds({ measured, atMost }) {
  if (atMost === null) return '';
  return measured <= atMost ? 'yes' : 'no';
}

/** @param {Figure} figure */
function measuredText({ measured, unit, detail }) {
  return `${amount(measured)} ${unit}${detail === undefined ? '' : `, ${detail}`}`;
}

/** @param {number} value */
function amount(value) {
  return value.toFixed(value < 100 ? 2 : 0);
}

async function publish() {
  await writeFile('docs/benchmarks.md', page());
  for (const [name, line] of quotes()) {
    const readme = await readFile(name, 'utf8');
    await writeFile(name, readme.replace(/^\*\*(Speed\.|速度。)\*\*.*$/m, line));
  }
}

function page() {
  const [{ model = 'unknown processor' } = {}] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const machine = `${cpus().length} × ${model}, ${memory} GiB, ${process.platform} ${process.arch}, Node ${process.version}`;
  const tables = [...sections].map(([name, figures]) => {
    const rows = figures.map((figure) => {
      const limit = figure.atMost === null ? '' : amount(figure.atMost);
      return `| ${figure.what} | ${measuredText(figure)} | ${limit} | ${holds(figure)} |`;
    });
    return [`## ${name}\n`, '| what | measured | at most | holds |', '|---|---|---|---|', ...rows];
  });
  return `# Benchmarks

Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: ${machine}.

Every ratio is to a reference that ran in turn with it, on the same machine in the same minutes, and is a median of
several rounds (for starts: the shortest of them). No test depends on them. \`test/bench/\` has what is measured and how.
The rivals are installed from npm; once installed they run without a network, as all of this does. \`claude-code-router\`
speaks Anthropic's protocol only, and is asked in it.

${tables.map((lines) => lines.join('\n')).join('\n\n')}
`;
}

/** The line about speed for each README. @returns {[string, string][]} */
function quotes() {
  const all = [...sections.values()].flat();
  const of = (/** @type {string} */ start) => all.find(({ what }) => what.startsWith(start));
  const ratio = (/** @type {string} */ start) => of(start)?.measured.toFixed(1);
  const [help, doctor] = [ratio('--help'), ratio('doctor --offline')];
  const perSecond = /\d+/.exec(of('32 connections')?.detail ?? '')?.[0];
  return [
    [
      'README.md',
      `**Speed.** \`--help\` takes ${help} times as long as \`node -e 0\`, \`doctor --offline\` ${doctor} times; \`serve\` passes ${perSecond} requests a second at 32 connections on our machine ([all figures](docs/benchmarks.md)).`,
    ],
    [
      'README.zh-CN.md',
      `**速度。** \`--help\` 的耗时是 \`node -e 0\` 的 ${help} 倍，\`doctor --offline\` 是 ${doctor} 倍；在我们的机器上，32 个连接时 \`serve\` 每秒转发 ${perSecond} 个请求（[全部数字](docs/benchmarks.md)）。`,
    ],
  ];
}
