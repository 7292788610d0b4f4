import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { realFiles } from '../../src/platform/files.ts';
import type { LedgerRow } from '../../src/spend/ledger.ts';
import { openLedger } from '../../src/spend/open-ledger.ts';
import { type Bench, type Figure, median } from './figure.ts';

const bin = resolve('bin/openclaw-openrouter.js');
const rounds = 15;

/** The whole command over ledgers of up to a million requests beside one of a thousand, in turn. */
export const bench: Bench = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-openrouter-bench-'));
  try {
    const few = await homeWith(join(folder, 'few'), 1_000);
    const figures: Figure[] = [];
    for (const rows of [10_000, 100_000, 1_000_000]) {
      const many = await homeWith(join(folder, String(rows)), rows);
      const times = Array.from(
        { length: rounds + 2 },
        () => [spendMs(many), spendMs(few)] as const,
      );
      const kept = times.slice(2);
      figures.push({
        what: `spend over ${rows.toLocaleString('en')} ledger rows`,
        measured: median(kept.map(([more, less]) => more / less)),
        atMost: 2,
        unit: '× over 1,000 rows',
        detail: `${Math.round(median(kept.map(([more]) => more)))} ms`,
      });
    }
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** A home whose ledger holds so many requests of the last 60 days: 4 entries, 25 models. */
async function homeWith(home: string, count: number): Promise<string> {
  const place = {
    home,
    cwd: home,
    platform: process.platform,
    pid: process.pid,
    host: 'here',
    uid: null,
  };
  const ledger = await openLedger({
    env: {},
    place: {
      ...place,
      temporaryFolder: tmpdir(),
      packageFolder: '',
      version: '',
      program: '',
      given: { config: null, sandbox: false },
    },
    files: realFiles,
  });
  const batch = 10_000;
  for (let from = 0; from < count; from += batch) {
    const length = Math.min(batch, count - from);
    await ledger.recordAll(Array.from({ length }, (_, index) => rowOf(from + index)));
  }
  await ledger.close();
  return home;
}

function rowOf(index: number): LedgerRow {
  const daysAgo = index % 60;
  const model = `author/model-${Math.floor(index / 60) % 25}`;
  return {
    at: new Date(Date.now() - daysAgo * 86_400_000),
    entry: `router-${Math.floor(index / 1_500) % 4}`,
    role: 'primary',
    model,
    servedModel: model,
    provider: 'Acme',
    promptTokens: 1_000,
    completionTokens: 200,
    costUsd: `0.000${index % 1000}`,
    estimated: false,
    outcome: 'ok',
  };
}

function spendMs(home: string): number {
  const env = { PATH: process.env.PATH ?? '', HOME: home, LANG: 'C.UTF-8' };
  const start = performance.now();
  const { status } = spawnSync(process.execPath, [bin, 'spend', '--offline'], {
    env,
    stdio: 'ignore',
  });
  if (status !== 0) throw new Error(`spend ended with ${status}`);
  return performance.now() - start;
}
