import type { ManagedKey } from '../../openrouter/managed-keys.ts';
import type { Stream } from '../../platform/deps.ts';
import { formatUsd } from '../../platform/money.ts';
import { createStyle } from '../../terminal/style.ts';
import { wrap } from '../../terminal/table.ts';
import { toTsv } from '../../text/csv.ts';
import type { CreateResult } from './create.ts';
import type { LimitResult } from './limit.ts';

/** In a pipe: `created prefix hash name limit reset expires`, `create|update file`, `warning text`, `next command`. */
export function renderCreated(stream: Stream, result: CreateResult): string {
  const { created, key, files, warnings, next, diff } = result;
  const prefix = key?.prefix ?? '';
  if (result.dryRun) return diff;
  if (!stream.isTty) {
    const { hash, name, limit, limitReset, expiresAt } = created ?? {};
    return toTsv([
      ['created', prefix, hash ?? '', name ?? '', limit ?? '', limitReset ?? '', expiresAt ?? ''],
      ...files.map(({ action, path }) => [action, path]),
      ...warnings.map((warning) => ['warning', warning]),
      ...next.map(({ command }) => ['next', command]),
    ]);
  }
  const style = createStyle(stream);
  const line = (state: 'ok' | 'warn', text: string) =>
    `  ${style.symbol(state)} ${state.padEnd(4)} ${wrap(text, stream.columns - 1, 9)}`;
  const lines = [
    line('ok', `created ${created?.name} ${prefix}: ${limitOf(created)}`),
    ...files.map(({ path }) => line('ok', `stored in ${path}`)),
    ...warnings.map((warning) => line('warn', warning)),
    ...next.map(({ command, why }) => `         ${style.arrow} ${command}  ${style.dim(why)}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** In a pipe: `limit prefix limit reset`. */
export function renderLimit(stream: Stream, { prefix, before, after }: LimitResult): string {
  if (!stream.isTty) {
    return toTsv([['limit', prefix, after.limit ?? '', after.limitReset ?? '']]);
  }
  const style = createStyle(stream);
  const now = `${prefix} (${after.name}): ${limitOf(after)}`;
  return `  ${style.symbol('ok')} ok   ${now}, was ${limitOf(before)}\n`;
}

function limitOf(key: Pick<ManagedKey, 'limit' | 'limitReset'> | null): string {
  if (key === null || key.limit === null) return 'no limit';
  const reset = key.limitReset === null ? ' in all' : `, resets ${key.limitReset}`;
  return `at most ${formatUsd(key.limit)}${reset}`;
}
