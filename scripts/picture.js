// @ts-check
// Draws docs/terminal.svg for the README from a real run: the bin in a pseudo-terminal against the sandbox.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';

const root = fileURLToPath(new URL('..', import.meta.url));
const columns = 100;
const commands = [
  ['doctor', '--sandbox'],
  ['test', 'router-resilient', '--simulate', 'primary:503*3, fallback1:429/60'],
  ['spend', '--sandbox'],
];

const home = await mkdtemp(join(tmpdir(), 'openclaw-openrouter-picture-'));
const terminal = new xterm.Terminal({ cols: columns, rows: 200, allowProposedApi: true });
try {
  const setup = join(home, '.config/openclaw/openclaw.json5');
  await mkdir(dirname(setup), { recursive: true });
  await writeFile(setup, await readFile(join(root, 'test/fixtures/picture.json5')));
  for (const args of commands) {
    const typed = args.map((arg) => (/\s/.test(arg) ? `"${arg}"` : arg)).join(' ');
    await write(`\u001b[2m$\u001b[22m \u001b[1mopenclaw-openrouter ${typed}\u001b[22m\r\n`);
    await run(args);
    await write('\r\n');
  }
  await mkdir(join(root, 'docs'), { recursive: true });
  await writeFile(join(root, 'docs/terminal.svg'), draw());
} finally {
  await rm(home, { recursive: true, force: true });
}

/** @param {string} text @returns {Promise<void>} */
function write(text) {
  return new Promise((resolve) => terminal.write(text, resolve));
}

/** @param {string[]} args @returns {Promise<void>} */
function run(args) {
  const child = pty.spawn(process.execPath, [join(root, 'bin/openclaw-openrouter.js'), ...args], {
    cols: columns,
    rows: 200,
    cwd: home,
    env: {
      PATH: '/usr/bin',
      HOME: home,
      TERM: 'xterm-256color',
      LANG: 'C.UTF-8',
      SHELL: '/bin/bash',
    },
  });
  let output = '';
  child.onData((data) => {
    output += data;
  });
  return new Promise((resolve) => child.onExit(() => resolve(write(output))));
}

/** The screen as an SVG with selectable text, dark in both themes like a terminal. */
function draw() {
  const rows = [];
  const { active } = terminal.buffer;
  const last = active.baseY + active.cursorY;
  for (let y = 0; y < last; y += 1) rows.push(spansOf(active.getLine(y)));
  while (rows.at(-1) === '') rows.pop();
  const [cell, line, margin] = [8.4, 19, 18];
  const width = columns * cell + 2 * margin;
  const height = rows.length * line + 2 * margin;
  const texts = rows.map(
    (spans, y) =>
      `<text x="${margin}" y="${margin + (y + 0.75) * line}" xml:space="preserve">${spans}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="doctor finds a model id that does not exist, test rehearses an outage, spend compares today with the budget">
<style>text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#d7dae0}.b{font-weight:bold}.d{opacity:.6}.c1{fill:#ff6b6b}.c2{fill:#7bd88f}.c3{fill:#f5c26b}.c4{fill:#7aa2f7}.c5{fill:#c792ea}.c6{fill:#6fd3e0}</style>
<rect width="${width}" height="${height}" rx="10" fill="#1b1e27"/>
${texts.join('\n')}
</svg>
`;
}

/** @param {import('@xterm/headless').IBufferLine | undefined} line */
function spansOf(line) {
  if (line === undefined) return '';
  let spans = '';
  let text = '';
  let style = '';
  const flush = () => {
    const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    if (text !== '') spans += style === '' ? escaped : `<tspan class="${style}">${escaped}</tspan>`;
    text = '';
  };
  for (let x = 0; x < line.length; x += 1) {
    const cell = line.getCell(x);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const classes = [
      cell.isBold() ? 'b' : '',
      cell.isDim() ? 'd' : '',
      cell.isFgPalette() ? `c${cell.getFgColor() % 8}` : '',
    ];
    const next = classes.filter((name) => name !== '').join(' ');
    if (next !== style) {
      flush();
      style = next;
    }
    text += cell.getChars() || ' ';
  }
  text = text.trimEnd();
  flush();
  return spans;
}
