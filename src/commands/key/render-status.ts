import type { KeyStatus, KnownKey } from '../../keys/status.ts';
import { limitText } from '../../openrouter/key.ts';
import type { Stream } from '../../platform/deps.ts';
import { formatUsd } from '../../platform/money.ts';
import { createStyle, type Style } from '../../terminal/style.ts';
import { wrap } from '../../terminal/table.ts';
import { toTsv } from '../../text/csv.ts';

/**
 * Keys, then users. In a pipe tab-separated rows: `key prefix hash limit remaining reset expires problem`,
 * `place prefix where`, `user who prefix why` and, if there are any, `unfinished prefix`, `left name hash`.
 */
export function renderStatus(stream: Stream, program: string, status: KeyStatus): string {
  if (!stream.isTty) return renderPlain(status);
  const style = createStyle(stream);
  const left = leftLines(stream, style, program, status);
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
          `    ${style.arrow} ${program} key rotate`,
        ];
  return `${[...keys, ...userLines(style, status), ...unfinished, ...left].join('\n')}\n`;
}

/** Keys that nobody can use: their secret was lost with the run that made them. */
function leftLines(
  { columns }: Stream,
  style: Style,
  program: string,
  { unfinishedCreations }: KeyStatus,
): readonly string[] {
  return unfinishedCreations.flatMap(({ name, hash }) => {
    const created = hash === null ? 'may have created' : 'created';
    const what = `An interrupted run ${created} the key ${name} and did not store it`;
    return [
      '',
      `  ${style.symbol('warn')} ${wrap(what, columns - 1, 4)}`,
      ...(hash === null ? [] : [style.dim(`    hash ${hash}`)]),
      `    ${style.arrow} ${wrap(`${program} key create ${hash === null ? 'looks for it' : 'deletes it'}`, columns - 1, 6)}`,
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
