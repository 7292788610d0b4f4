import type { Path } from '../../config/edit.ts';
import type { Difference } from '../../host/plan.ts';
import type { Deps, Stream } from '../../platform/deps.ts';
import { tildePath } from '../../platform/paths.ts';
import { paintDiff } from '../../terminal/diff.ts';
import { createStyle, type Style } from '../../terminal/style.ts';
import { wrap } from '../../terminal/table.ts';
import { toTsv } from '../../text/csv.ts';
import { hideSecrets } from '../../text/hide-secrets.ts';
import { parseJson } from '../../text/parse-json.ts';
import type { ApplyResult } from './result.ts';

type World = Pick<Deps, 'io' | 'place'>;

/** What `apply --json` prints. */
export function documentOf({ io }: Pick<Deps, 'io'>, result: ApplyResult) {
  const { ok, mode, changed, hostConfig, plan, key, files, diff, notes } = result;
  const { validation, undoId } = result;
  return {
    ok,
    mode,
    changed,
    entry: plan.entry.name,
    throughGateway: plan.throughGateway,
    hostConfig,
    differences: plan.differences.map(({ path, value }) => ({
      path: pathText(path),
      wanted: value === undefined ? null : masked(io, { path, value }),
    })),
    key: { state: key.state, variable: key.variable, prefix: key.prefix, source: key.source },
    files,
    diff,
    left: plan.left,
    notes,
    validation,
    undoId,
  };
}

function masked({ mask }: Deps['io'], difference: Pick<Difference, 'path' | 'value'>): unknown {
  return parseJson(mask(words(difference)));
}

/** As `openclaw config get` takes it. */
export function pathText(path: Path): string {
  return path
    .map((part) => {
      if (typeof part === 'number') return `[${part}]`;
      return /^[\w-]+$/.test(part) ? `.${part}` : `[${JSON.stringify(part)}]`;
    })
    .join('')
    .replace(/^\./, '');
}

/** The diff with `--dry-run`, what differs with `--check`, else what was written. */
export function renderResult(world: World, result: ApplyResult): string {
  const { stdout } = world.io;
  if (!stdout.isTty) return result.mode === 'dry-run' ? result.diff : renderPlain(world, result);
  if (result.mode === 'dry-run') return paintPlan(stdout, result);
  const style = createStyle(stdout);
  const lines =
    result.mode === 'check' ? checkLines(world, result, style) : writtenLines(world, result, style);
  return `${[...lines, ...besides(stdout, result, style)].join('\n')}\n`;
}

/**
 * For a pipe, tabs between: `differs path wanted`, `create|update file`, `left entry what why`, `key state variable`,
 * `note text`.
 */
function renderPlain({ io }: World, { plan, files, key, mode, notes }: ApplyResult): string {
  const rows = [
    ...(mode === 'check'
      ? plan.differences.map(({ path, value }) => [
          'differs',
          pathText(path),
          words({ path, value }),
        ])
      : files.map(({ path, action }) => [action, path])),
    ['key', key.state, key.variable],
    ...plan.left.map(({ entry, what, why }) => ['left', entry, what, why]),
    ...notes.map((note) => ['note', note]),
  ];
  return io.mask(toTsv(rows));
}

/** The diff as a person reads it, and what is not in it. */
export function paintPlan(stream: Stream, result: ApplyResult): string {
  const style = createStyle(stream);
  const diff = result.diff === '' ? '  Nothing to change\n' : paintDiff(result.diff, style);
  const lines = besides(stream, result, style);
  return lines.length === 0 ? diff : `${diff}\n${lines.join('\n')}\n`;
}

function checkLines({ place }: World, result: ApplyResult, style: Style): string[] {
  const file = tildePath(result.hostConfig, place);
  if (result.ok) return [`  ${style.symbol('ok')} ok    ${file} says what the setup file says`];
  return [
    `  ${style.symbol('fail')} fail  ${file} does not say what the setup file says`,
    ...result.plan.differences.map(
      ({ path, value }) => `          ${pathText(path)}  ${style.dim(words({ path, value }))}`,
    ),
    ...(result.key.state === 'carried'
      ? [`          ${result.key.variable}  ${style.dim('not in the .env of OpenClaw')}`]
      : []),
    `        ${style.arrow} openclaw-openrouter apply`,
  ];
}

function writtenLines({ place }: World, result: ApplyResult, style: Style): string[] {
  const ok = `  ${style.symbol('ok')} ok    `;
  const { files, key, plan, validation, undoId } = result;
  if (files.length === 0) return [`${ok}Nothing to change: OpenClaw has it all`];
  return [
    ...files.map(({ path, action }) => `${ok}${action}d ${tildePath(path, place)}`),
    `${ok}${plan.entry.name} answers by default${plan.throughGateway ? ', through the gateway' : ''}`,
    ...(key.state === 'carried' ? [`${ok}key ${key.prefix} from ${key.source}`] : []),
    validation === 'valid'
      ? `${ok}OpenClaw takes the config`
      : `  ${style.symbol('skip')} skip  not validated: openclaw is not on PATH`,
    ...(plan.throughGateway
      ? [`        ${style.arrow} openclaw-openrouter serve must be running`]
      : []),
    ...(undoId === null
      ? []
      : [`        ${style.dim(`${style.arrow} openclaw-openrouter undo takes all of it back`)}`]),
    ...(key.state === 'carried'
      ? [
          `        ${style.arrow} openclaw gateway restart  ${style.dim('it reads its .env when it starts')}`,
        ]
      : []),
  ];
}

/** What the host has no place for, and what else a person should know. */
function besides({ columns }: Stream, { plan, key, notes }: ApplyResult, style: Style): string[] {
  const warn = (text: string) =>
    `  ${style.symbol('warn')} warn  ${wrap(text, columns - 1, warnIndent)}`;
  return [
    ...plan.left.map(({ entry, what, why }) => warn(`${entry}.${what} is not carried: ${why}`)),
    ...(plan.left.length === 0
      ? []
      : [`        ${style.arrow} openclaw-openrouter serve keeps it: apply --through-gateway`]),
    ...(key.state === 'missing'
      ? [
          warn(`There is no key in ${key.variable}: OpenClaw needs one of its own`),
          `        ${style.arrow} openclaw-openrouter init`,
        ]
      : []),
    ...notes.map(warn),
  ];
}

const warnIndent = 10;

/** The value as JSON. What has the name of a secret is hidden: a header may hold one. */
function words({ path, value }: Pick<Difference, 'path' | 'value'>): string {
  if (value === undefined) return '(remove)';
  const lead = `${JSON.stringify(String(path.at(-1)))}:`;
  return hideSecrets(`${lead}${JSON.stringify(value)}`).slice(lead.length);
}
