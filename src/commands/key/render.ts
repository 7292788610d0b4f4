import type { RotateResult } from '../../keys/rotate.ts';
import type { RotationPlan } from '../../keys/rotation-steps.ts';
import type { KeyStatus, KnownKey } from '../../keys/status.ts';
import { limitText } from '../../openrouter/account.ts';
import type { ManagedKey } from '../../openrouter/managed-keys.ts';
import type { Stream } from '../../platform/deps.ts';
import { formatUsd } from '../../platform/money.ts';
import type { OwnCommand } from '../../platform/own-command.ts';
import { createStyle, paintDiff, type State, type Style } from '../../terminal/style.ts';
import { wrap } from '../../terminal/table.ts';
import { toTsv } from '../../text/csv.ts';
import type { CreateResult, LimitResult } from './run.ts';

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

/**
 * Keys, then users. Tab-separated rows in a pipe: `key prefix hash limit remaining reset expires problem`,
 * `place prefix where`, `user who prefix why` and, if there are any, `unfinished prefix`, `left name hash`.
 */
export function renderStatus(stream: Stream, command: OwnCommand, status: KeyStatus): string {
  if (!stream.isTty) return renderPlain(status);
  const style = createStyle(stream);
  const left = leftLines(stream, style, command, status);
  if (status.keys.length === 0) {
    const none = `  ${style.symbol('fail')} No key of OpenRouter is set anywhere`;
    return `${[none, ...left].join('\n')}\n`;
  }
  const keys = status.keys.flatMap((key) => keyLines(stream, style, key));
  const { unfinishedRotation: old } = status;
  const unfinished =
    old === null
      ? []
      : [
          '',
          `  ${style.symbol('warn')} The rotation of ${old} is not finished`,
          `    ${style.arrow} ${command('key rotate')}`,
        ];
  return `${[...keys, ...userLines(style, status), ...unfinished, ...left].join('\n')}\n`;
}

/** Keys that nobody can use because their secret was lost when the run that created them stopped. */
function leftLines(
  { columns }: Stream,
  style: Style,
  command: OwnCommand,
  { unfinishedCreations }: KeyStatus,
): readonly string[] {
  return unfinishedCreations.flatMap(({ name, hash }) => {
    const created = hash === null ? 'may have created' : 'created';
    const what = `An interrupted run ${created} the key ${name} and did not store it`;
    return [
      '',
      `  ${style.symbol('warn')} ${wrap(what, columns - 1, 4)}`,
      ...(hash === null ? [] : [style.dim(`    hash ${hash}`)]),
      `    ${style.arrow} ${wrap(`${command('key create')} ${hash === null ? 'looks for it' : 'deletes it'}`, columns - 1, 6)}`,
    ];
  });
}

function keyLines({ columns }: Stream, style: Style, key: KnownKey): readonly string[] {
  const state = key.isRejected ? 'fail' : key.info === null ? 'warn' : 'ok';
  const detail = (text: string) => `    ${wrap(text, columns - 1, 6)}`;
  return [
    `  ${style.symbol(state)} ${style.strong(key.prefix)}  ${key.problem ?? detailText(key)}`,
    detail(key.places.length === 0 ? 'set by a command' : `in ${key.places.join(', ')}`),
    style.dim(`    hash ${key.hash}`),
    '',
  ];
}

function detailText({ info }: KnownKey): string {
  if (info === null) return '';
  return [
    limitText(info),
    `${formatUsd(info.usageMonthly)} this month`,
    ...(info.expiresAt === null ? [] : [`expires ${info.expiresAt.slice(0, 10)}`]),
    ...(info.isManagementKey ? ['a management key, which cannot chat'] : []),
  ].join(' · ');
}

function userLines(style: Style, { users, keys }: KeyStatus): readonly string[] {
  const widest = Math.max(...users.map(({ who }) => who.length));
  return users.map(({ who, prefix, hash, why }) => {
    const isBad = keys.some((key) => key.hash === hash && key.isRejected);
    const state = isBad ? 'fail' : prefix === null ? 'skip' : 'ok';
    const key = prefix ?? 'no key'.padEnd('sk-or-v1-1a2b…'.length);
    return `  ${style.symbol(state)} ${who.padEnd(widest)}  ${key}  ${style.dim(why)}`;
  });
}

function renderPlain({ keys, users, unfinishedRotation, unfinishedCreations }: KeyStatus): string {
  return toTsv([
    ...keys.flatMap(({ prefix, hash, info, problem, places }) => [
      [
        'key',
        prefix,
        hash,
        info?.limit ?? '',
        info?.limitRemaining ?? '',
        info?.limitReset ?? '',
        info?.expiresAt ?? '',
        problem ?? '',
      ],
      ...places.map((where) => ['place', prefix, where]),
    ]),
    ...users.map(({ who, prefix, why }) => ['user', who, prefix ?? '', why]),
    ...(unfinishedRotation === null ? [] : [['unfinished', unfinishedRotation]]),
    ...unfinishedCreations.map(({ name, hash }) => ['left', name, hash ?? '']),
  ]);
}

/** The places, including those without a diff, then the diff. */
export function renderRotationPlan(stream: Stream, plan: RotationPlan): string {
  const style = createStyle(stream);
  return [
    `  ${style.strong(plan.prefix)} is replaced in:`,
    ...plan.places.map((where) => `    ${where}`),
    ...plan.notes.map((note) => `  ${style.symbol('warn')} ${wrap(note, stream.columns - 1, 4)}`),
    '',
    paintDiff(plan.diff, style),
  ].join('\n');
}

/**
 * In a pipe: `rotated old new` or `waiting old new`, `old kept|disabled|deleted`, `update file`, and `blocking`,
 * `unreached` and `note`, each with a sentence.
 */
export function renderRotated(stream: Stream, command: OwnCommand, result: RotateResult): string {
  const { ok, oldPrefix, newPrefix, oldKey, blocking, unreached, plan } = result;
  if (result.dryRun && plan !== null) {
    return stream.isTty ? renderRotationPlan(stream, plan) : plan.diff;
  }
  const notes = [
    ...result.notes,
    ...(result.restart === 'failed'
      ? ['OpenClaw could not be restarted; its output is above']
      : []),
  ];
  if (!stream.isTty) {
    return toTsv([
      [ok ? 'rotated' : 'waiting', oldPrefix, newPrefix ?? ''],
      ['old', oldKey],
      ...(plan?.files ?? []).map(({ path }) => ['update', path]),
      ...blocking.map((text) => ['blocking', text]),
      ...unreached.map((text) => ['unreached', text]),
      ...notes.map((text) => ['note', text]),
    ]);
  }
  const style = createStyle(stream);
  const line = (state: State, text: string) =>
    `  ${style.symbol(state)} ${state.padEnd(4)} ${wrap(text, stream.columns - 1, 9)}`;
  const lines = [
    line('ok', `${newPrefix ?? 'The new key'} is in every place that had ${oldPrefix}`),
    ...blocking.map((text) => line(ok ? 'warn' : 'fail', text)),
    ok
      ? line(
          'ok',
          `The old key was ${oldKey}${oldKey === 'deleted' ? ': this cannot be undone' : ''}`,
        )
      : line('fail', 'The old key stays enabled until nothing uses it'),
    ...(ok ? [] : [`         ${style.arrow} then, to finish: ${command('key rotate')}`]),
    ...unreached.map((text) => line('warn', text)),
    ...notes.map((text) => line('warn', text)),
  ];
  return `${lines.join('\n')}\n`;
}
