import { pathText } from '../../config/edit.ts';
import type { Difference } from '../../host/applied.ts';
import type { ApplyResult } from '../../host/apply-plan.ts';
import type { Deps, Stream } from '../../platform/deps.ts';
import { ownCommand } from '../../platform/own-command.ts';
import { tildePath } from '../../platform/paths.ts';
import { commandToStoreKey } from '../../setup-file/missing-key.ts';
import { createStyle, paintDiff, type Style } from '../../terminal/style.ts';
import { wrap } from '../../terminal/table.ts';
import { toTsv } from '../../text/csv.ts';
import { hideSecrets } from '../../text/hide-secrets.ts';
import { parseJson } from '../../text/parse-json.ts';

type World = Pick<Deps, 'io' | 'place'>;

/** What `apply --json` prints. */
export function documentOf({ io }: Pick<Deps, 'io'>, result: ApplyResult) {
  const { ok, mode, changed, hostConfig, plan, key, files, diff, notes } = result;
  const { problems, agents, validation, undoId } = result;
  return {
    ok,
    mode,
    changed,
    entry: plan.entry.name,
    throughGateway: plan.throughGateway,
    hostConfig,
    differences: plan.differences.map(({ path, value }) => ({
      path: pathText(path),
      wanted: value === undefined ? null : parseJson(io.mask(valueText({ path, value }))),
    })),
    key: { state: key.state, variable: key.variable, prefix: key.prefix, source: key.source },
    files,
    diff,
    left: plan.unsupported,
    gateway: plan.gateway,
    notes,
    problems,
    agents,
    validation,
    undoId,
  };
}

/** The diff for `--dry-run`, the differences for `--check`, otherwise what was written. */
export function renderResult(world: World, result: ApplyResult): string {
  const { stdout } = world.io;
  if (!stdout.isTty) return result.mode === 'dry-run' ? result.diff : renderPlain(world, result);
  if (result.mode === 'dry-run') return paintPlan(world, stdout, result);
  const style = createStyle(stdout);
  const lines =
    result.mode === 'check' ? checkLines(world, result, style) : writtenLines(world, result, style);
  return `${[...lines, ...warningLines(world, stdout, result, style)].join('\n')}\n`;
}

/**
 * Tab-separated rows for a pipe: `differs path wanted`, `create|update file`, `left entry what why`,
 * `gained|lost entry what why`, `key state variable`, `agent id model channels`, `note text`, `problem text`.
 */
function renderPlain({ io }: World, result: ApplyResult): string {
  const { plan, files, key, mode, agents, notes, problems } = result;
  const rows = [
    ...(mode === 'check'
      ? plan.differences.map((one) => ['differs', pathText(one.path), valueText(one)])
      : files.map(({ path, action }) => [action, path])),
    ['key', key.state, key.variable],
    ...plan.unsupported.map(({ entry, what, why }) => ['left', entry, what, why]),
    ...changesByGateway(plan).map(({ sign, entry, what, why }) => [sign, entry, what, why]),
    ...agents.map(({ id, model, channels }) => ['agent', id, model, channels.join(' ')]),
    ...notes.map((note) => ['note', note]),
    ...problems.map((problem) => ['problem', problem]),
  ];
  return io.mask(toTsv(rows));
}

export function paintPlan(world: World, stream: Stream, result: ApplyResult): string {
  const style = createStyle(stream);
  const diff = result.diff === '' ? '  Nothing to change\n' : paintDiff(result.diff, style);
  const warnings = paintWarnings(world, stream, result);
  return warnings === '' ? diff : `${diff}\n${warnings}`;
}

/** What is not applied, and the notes; empty if there is nothing to say. */
export function paintWarnings(world: World, stream: Stream, result: ApplyResult): string {
  return warningLines(world, stream, result, createStyle(stream))
    .map((line) => `${line}\n`)
    .join('');
}

function checkLines({ place }: World, result: ApplyResult, style: Style): string[] {
  const file = tildePath(result.hostConfig, place);
  if (result.ok) return [`  ${style.symbol('ok')} ok    The setup file is applied to ${file}`];
  return [
    `  ${style.symbol('fail')} fail  The setup file is not applied to ${file}`,
    ...result.plan.differences.map(
      (one) => `          ${pathText(one.path)}  ${style.dim(valueText(one))}`,
    ),
    ...(result.key.state === 'carried'
      ? [`          ${result.key.variable}  ${style.dim("not in OpenClaw's .env")}`]
      : []),
    `        ${style.arrow} ${ownCommand(place)('apply')}`,
  ];
}

function writtenLines({ place }: World, result: ApplyResult, style: Style): string[] {
  const ok = `  ${style.symbol('ok')} ok    `;
  const { files, key, plan, agents, validation, undoId } = result;
  if (files.length === 0) return [`${ok}Nothing to change: the setup file is applied already`];
  return [
    ...files.map(({ path, action }) => `${ok}${action}d ${tildePath(path, place)}`),
    `${ok}${plan.entry.name} answers by default${plan.throughGateway ? ', through the gateway' : ''}`,
    ...(key.state === 'carried' ? [`${ok}key ${key.prefix} from ${key.source}`] : []),
    validation === 'valid'
      ? `${ok}OpenClaw accepts the config`
      : `  ${style.symbol('skip')} skip  not validated: openclaw is not on PATH`,
    ...agents.map(
      ({ id, model, channels }) =>
        `${ok}OpenClaw answers with ${model} as ${[id, ...channels].join(', ')}`,
    ),
    ...(plan.throughGateway
      ? [`        ${style.arrow} ${ownCommand(place)('serve')} must be running`]
      : []),
    ...(undoId === null
      ? []
      : [`        ${style.dim(`${style.arrow} to undo: ${ownCommand(place)('undo')}`)}`]),
    ...(key.state === 'carried'
      ? [
          `        ${style.arrow} openclaw gateway restart  ${style.dim('it reads its .env when it starts')}`,
        ]
      : []),
  ];
}

/** Warnings for what is not applied, then the notes. */
function warningLines(
  { place }: World,
  { columns }: Stream,
  { plan, key, notes, problems }: ApplyResult,
  style: Style,
): string[] {
  const fail = (text: string) =>
    `  ${style.symbol('fail')} fail  ${wrap(text, columns - 1, warnIndent)}`;
  const warn = (text: string) =>
    `  ${style.symbol('warn')} warn  ${wrap(text, columns - 1, warnIndent)}`;
  return [
    ...plan.unsupported.map(({ entry, what, why }) =>
      warn(`${entry}.${what} is not applied: ${why}`),
    ),
    ...(plan.unsupported.length === 0
      ? []
      : [
          `        ${style.arrow} to apply all of it: ${ownCommand(place)('apply --through-gateway')}, with serve running`,
        ]),
    ...(key.state === 'missing'
      ? [
          warn(`No key found in ${key.variable}: OpenClaw cannot use OpenRouter without one`),
          `        ${style.arrow} ${commandToStoreKey(ownCommand(place), plan.entry.name)}`,
        ]
      : []),
    ...gatewayLines(plan, columns, style),
    ...notes.map(warn),
    ...problems.map(fail),
  ];
}

/** Gains and losses of going through the gateway or leaving it. `unsupported` has the losses on leaving. */
function changesByGateway({ gateway, throughGateway }: ApplyResult['plan']) {
  const { gains = [], losses = [] } = gateway ?? {};
  const signed = (parts: typeof gains, sign: 'gained' | 'lost') =>
    parts.map((part) => ({ ...part, sign }));
  return throughGateway
    ? [...signed(gains, 'gained'), ...signed(losses, 'lost')]
    : signed(losses, 'gained');
}

function gatewayLines(plan: ApplyResult['plan'], columns: number, style: Style): string[] {
  const indent = 16;
  return changesByGateway(plan).map(({ sign, entry, what, why }) => {
    const lead =
      sign === 'gained' ? `${style.symbol('ok')} gained` : `${style.symbol('warn')} lost  `;
    return `  ${lead}  ${wrap(`${entry}.${what}: ${why}`, columns - 1, indent)}`;
  });
}

const warnIndent = 10;

/** The value as JSON. Members named like a secret are masked, since a header may contain one. */
function valueText({ path, value }: Pick<Difference, 'path' | 'value'>): string {
  if (value === undefined) return '(remove)';
  const lead = `${JSON.stringify(String(path.at(-1)))}:`;
  return hideSecrets(`${lead}${JSON.stringify(value)}`).slice(lead.length);
}
