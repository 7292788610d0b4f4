// @ts-check
// Takes docs/page.png for the README: the page of `serve` in Chromium, against the sandbox, after a month of use and an
// outage. The committed file was compressed with `pngquant 128`. With a folder as argument, it saves the page there
// instead, at three widths in both color schemes.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'libsql';
import { chromium } from 'playwright-core';

const root = fileURLToPath(new URL('..', import.meta.url));
const [folder] = process.argv.slice(2);
const home = await mkdtemp(join(tmpdir(), 'openclaw-openrouter-page-'));
const [sonnet, gpt, flash] = [
  'anthropic/claude-sonnet-4',
  'openai/gpt-4o',
  'google/gemini-2.5-flash',
];
const key = ['$', '{OPENROUTER_API_KEY}'].join('');
const setup = {
  models: {
    'router-premium': {
      provider: 'openrouter',
      apiKey: key,
      defaultModel: gpt,
      fallbackModels: [sonnet, 'google/gemini-2.5-pro'],
      budget: { dailyLimit: 2, monthlyLimit: 30, alertThreshold: 0.8 },
    },
    'router-budget': {
      provider: 'openrouter',
      apiKey: key,
      defaultModel: flash,
      fallbackModels: ['meta-llama/llama-3.3-70b-instruct:free'],
      budget: { dailyLimit: 0.5, monthlyLimit: 10 },
    },
  },
  channels: {
    whatsapp: { model: 'router-premium' },
    telegram: { model: 'router-premium' },
    discord: { model: 'router-budget' },
  },
};

/** @type {import('node:child_process').ChildProcess[]} */
const children = [];
try {
  const config = join(home, 'openclaw.json5');
  await writeFile(config, JSON.stringify(setup));
  const sandbox = await start(['sandbox', '--json', '--faults', `${gpt}:503*24`]);
  const env = { OPENROUTER_BASE_URL: sandbox.baseUrl, OPENROUTER_API_KEY: sandbox.key };
  const serve = ['serve', '--json', '--port', '0', '--config', config];
  const first = await start(serve, env);
  await chat(first.url, 'discord', 1);
  await stop(children.at(-1));
  recordMonth();
  const { url } = await start(serve, env);
  await takePictures(url.replace(/\/v1$/, '/'), async () => {
    for (const [channel, size] of [...dayOfWork(), ...dayOfWork()]) await chat(url, channel, size);
  });
} finally {
  await Promise.all(children.map(stop));
  await rm(home, { recursive: true, force: true });
}

/** @returns {[channel: string, size: number][]} */
function dayOfWork() {
  return [
    ['whatsapp', 12_000],
    ['whatsapp', 12_000],
    ['discord', 200],
    ['telegram', 900],
    ['whatsapp', 12_000],
    ['discord', 4_000],
  ];
}

/** @param {string} url @param {string} channel @param {number} size */
async function chat(url, channel, size) {
  const messages = [
    { role: 'system', content: `Answer in one sentence. ${'You are kind. '.repeat(size)}` },
    { role: 'user', content: 'What is new?' },
  ];
  const body = JSON.stringify({ model: `channel:${channel}`, max_tokens: 60, messages });
  await fetch(`${url}/chat/completions`, { method: 'POST', body });
}

/** @param {string} address @param {() => Promise<void>} work */
async function takePictures(address, work) {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    await page.goto(address);
    await work();
    await page.waitForTimeout(4_000);
    if (folder === undefined) {
      await page.setViewportSize({ width: 1200, height: 1320 });
      await page.screenshot({ path: join(root, 'docs/page.png') });
      return;
    }
    await mkdir(folder, { recursive: true });
    for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
      await page.emulateMedia({ colorScheme });
      for (const width of [360, 800, 1600]) {
        await page.setViewportSize({ width, height: 900 });
        await page.screenshot({
          path: join(folder, `${width}-${colorScheme}.png`),
          fullPage: true,
        });
      }
    }
  } finally {
    await browser.close();
  }
}

/** Records a month of usage in the ledger. */
function recordMonth() {
  const database = new Database(join(home, '.local/state/openclaw-openrouter/ledger/loopback.db'));
  const insert = database.prepare('INSERT OR REPLACE INTO daily VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  for (let back = 0; back < 30; back += 1) {
    const day = new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);
    const wave = 1 + Math.sin(back * 1.7) / 2 + (back % 7 < 2 ? -0.4 : 0.2);
    const spent = { [sonnet]: 0.42 * wave, [gpt]: 0.21 * wave, [flash]: 0.08 * (2 - wave / 2) };
    for (const [model, usd] of Object.entries(spent)) {
      const entry = model === flash ? 'router-budget' : 'router-premium';
      insert.run(day, entry, model, 40, 40, 160_000, 4_000, Math.max(0.01, usd).toFixed(4));
    }
  }
  database.close();
}

/** @param {string[]} args @param {Record<string, string>} env */
async function start(args, env = {}) {
  const bin = join(root, 'bin/openclaw-openrouter.js');
  const child = spawn(process.execPath, [bin, ...args], {
    env: { PATH: process.env.PATH, HOME: home, ...env },
  });
  children.push(child);
  child.stderr.pipe(process.stderr);
  let text = '';
  return new Promise((resolve) => {
    child.stdout.on('data', (part) => {
      text += part;
      if (text.trimEnd().endsWith('}')) resolve(JSON.parse(text));
    });
  });
}

/** @param {import('node:child_process').ChildProcess | undefined} child */
async function stop(child) {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}
