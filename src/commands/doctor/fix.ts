import { diffOf, type PlannedFile, planFile } from '../../changes/change-set.ts';
import { commit } from '../../changes/commit.ts';
import { confirmExposure, exposureOf, modeChange } from '../../changes/key-exposure.ts';
import type { Edit, Path } from '../../config/edit.ts';
import { type FileSnapshot, readText } from '../../config/snapshot.ts';
import { variablesIn } from '../../config/variables.ts';
import { assertReplaceable } from '../../config/write.ts';
import type { Examined } from '../../doctor/examine.ts';
import type { FileFix, Finding, Fix } from '../../doctor/finding.ts';
import { newShellWarnings } from '../../host/new-shells.ts';
import { shells } from '../../host/rc-file.ts';
import type { Deps, Files } from '../../platform/deps.ts';
import { CancelError, hintText, UserError } from '../../platform/errors.ts';
import { tildePath } from '../../platform/paths.ts';
import { createStyle } from '../../terminal/style.ts';
import { diffLines } from './render.ts';
import type { FixOutcome, NotFixed } from './report.ts';

type Examine = (world: Deps) => Promise<readonly Examined[]>;

/**
 * Plans the fixes for all findings, shows them, asks if needed, and writes them as one change set. A fix may reveal
 * another problem (a misspelled key is not checked until it is renamed), so planning repeats on the planned texts until
 * nothing is left to fix. A fix that cannot be made, or that would give others the key, is left out. Throws CancelError
 * if the answer is no.
 */
export async function fixFindings(
  world: Deps,
  examined: readonly Examined[],
  mode: 'ask' | 'yes' | 'dry-run',
  examine: Examine,
): Promise<FixOutcome> {
  const plan = await planFixes(world, examined, mode === 'ask' ? 'ask' : 'refuse', examine);
  const changeSet = { command: 'doctor --fix', files: [...plan.files.values()] };
  const diff = diffOf(world, changeSet);
  const planned = {
    done: [...plan.done, ...changeSet.files.flatMap((file) => closedFile(world, file))],
    notFixed: [...plan.notFixed.values()],
    warnings: [...plan.exposures.values()].flatMap(({ warning }) => warning ?? []),
    diff,
  };
  if (mode === 'dry-run' || plan.done.length === 0)
    return { ...planned, written: [], undoId: null };
  if (mode === 'ask') await ask(world, planned);
  const { written, undoId } = await commit(world, changeSet, { consent: 'agreed' });
  const warnings = [...planned.warnings, ...(await shellWarnings(world, changeSet.files))];
  return { ...planned, written, undoId, warnings };
}

/** A file loses its other readers when it gets a key. Worded like a fix. */
function closedFile({ place }: Deps, file: PlannedFile): string[] {
  const modes = file.holdsKey ? modeChange(file) : null;
  return modes === null
    ? []
    : [
        `make ${tildePath(file.path, place)} readable by its owner alone, as it gets the key (${modes})`,
      ];
}

/** Checks that new shells see each variable that was written to one of their rc files. */
async function shellWarnings(
  world: Deps,
  files: readonly PlannedFile[],
): Promise<readonly string[]> {
  const found = files.map(async ({ path, dialect, before, after }) => {
    const shell = shells.find((one) => one === dialect);
    if (shell === undefined) return [];
    const earlier = variablesIn(before.text, shell);
    const warnings = Object.entries(variablesIn(after, shell))
      .filter(([variable, value]) => typeof value === 'string' && value !== earlier[variable])
      .map(([variable, value]) =>
        newShellWarnings(world, { rcFile: { shell, path }, variable, value: String(value) }),
      );
    return (await Promise.all(warnings)).flat();
  });
  return (await Promise.all(found)).flat();
}

interface FixPlan {
  readonly files: Map<string, PlannedFile>;
  readonly done: string[];
  /** By check and fix, so that each is tried once. */
  readonly notFixed: Map<string, NotFixed>;
  /** By path, so that each file is asked about once. */
  readonly exposures: Map<string, KeyDecision>;
}

/** Whether a file may get the key: a warning if others could see it, or why not. */
interface KeyDecision {
  readonly warning?: string;
  readonly obstacle?: Obstacle;
}

type Obstacle = Pick<NotFixed, 'reason' | 'hint'>;
type Consent = 'ask' | 'refuse';

const maxRounds = 5;

async function planFixes(
  world: Deps,
  examined: readonly Examined[],
  consent: Consent,
  examine: Examine,
): Promise<FixPlan> {
  const plan: FixPlan = {
    files: new Map(),
    done: [],
    notFixed: new Map(),
    exposures: new Map(),
  };
  let found = findingsOf(examined);
  for (let round = 1; round <= maxRounds; round += 1) {
    const before = plan.done.length;
    await addFixes(world, plan, found, consent);
    if (plan.done.length === before || round === maxRounds) break;
    found = findingsOf(await examine({ ...world, files: overlay(world.files, plan) }));
  }
  return plan;
}

function findingsOf(examined: readonly Examined[]): readonly Finding[] {
  return examined.flatMap((one) => (one.state === 'ran' ? one.findings : []));
}

async function addFixes(
  world: Deps,
  plan: FixPlan,
  findings: readonly Finding[],
  consent: Consent,
): Promise<void> {
  const byPath = new Map<string, FileFix[]>();
  const claimed = new Map<string, Edit>();
  for (const { checkId, fix } of findings) {
    if (fix === undefined || isDone(plan, fix.files) || isTaken(claimed, fix.files)) continue;
    const { does } = fix;
    const id = `${checkId} ${does}`;
    if (plan.notFixed.has(id)) continue;
    const obstacle = await obstacleTo(world, plan, fix, consent);
    if (obstacle !== null) {
      plan.notFixed.set(id, { checkId, does, ...obstacle });
      continue;
    }
    for (const [place, edit] of claimsOf(fix.files)) claimed.set(place, edit);
    plan.done.push(does);
    for (const file of fix.files) byPath.set(file.path, [...(byPath.get(file.path) ?? []), file]);
  }
  for (const [path, fixes] of byPath)
    plan.files.set(path, await planWith(world.files, plan, path, fixes));
}

/** Why the fix cannot be made; null if it can. Its files are changed together or not at all. */
async function obstacleTo(
  world: Deps,
  plan: FixPlan,
  fix: Fix,
  consent: Consent,
): Promise<Obstacle | null> {
  try {
    const planned: PlannedFile[] = [];
    for (const file of fix.files) {
      const next = await planWith(world.files, plan, file.path, [file]);
      if (file.holdsKey === true && next.after !== next.before.text) planned.push(next);
    }
    for (const file of planned) {
      const decision =
        plan.exposures.get(file.path) ?? (await decideOnKey(world, file.before, consent));
      plan.exposures.set(file.path, decision);
      if (decision.obstacle !== undefined) return decision.obstacle;
    }
    return null;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { message, hint } = error;
    return {
      reason: message,
      hint: hint === undefined ? null : hintText(hint, world.place),
    };
  }
}

async function decideOnKey(
  world: Deps,
  before: FileSnapshot,
  consent: Consent,
): Promise<KeyDecision> {
  const exposure = await exposureOf(world, before);
  if (exposure === null) return {};
  const { message, fix, kind } = exposure;
  const isAgreed = consent === 'ask' ? await confirmExposure(world, exposure) : kind !== 'leak';
  if (isAgreed) return { warning: message };
  const hint = consent === 'ask' ? fix : `${fix}, or use --fix on a terminal, which asks first`;
  return { obstacle: { reason: message, hint } };
}

/**
 * Two fixes for the same place (e.g. one key present under two misspelled names) cannot both be applied. True if the fix
 * has to wait for the next round.
 */
function isTaken(claimed: ReadonlyMap<string, Edit>, files: readonly FileFix[]): boolean {
  return claimsOf(files).some(([place, edit]) => {
    const other = claimed.get(place);
    return other !== undefined && JSON.stringify(other) !== JSON.stringify(edit);
  });
}

/** The places that a fix edits. */
function claimsOf(files: readonly FileFix[]): (readonly [string, Edit])[] {
  return files.flatMap(({ path, edits }) =>
    edits.map((edit) => [JSON.stringify([path, ...targetOf(edit)]), edit] as const),
  );
}

function targetOf(edit: Edit): Path {
  return edit.op === 'rename' ? [...edit.path.slice(0, -1), edit.to] : edit.path;
}

// File modes are not part of the planned texts, so the next round would find the problem again.
function isDone(plan: FixPlan, files: readonly FileFix[]): boolean {
  return files.every(
    ({ path, mode, edits }) => edits.length === 0 && plan.files.get(path)?.setMode === mode,
  );
}

/** The file with these fixes too. Throws UserError if one cannot be made. */
async function planWith(
  files: Files,
  plan: FixPlan,
  path: string,
  fixes: readonly FileFix[],
): Promise<PlannedFile> {
  const planned = plan.files.get(path);
  const before = planned?.before ?? (await readText(files, path));
  const dialect = fixes[0]?.dialect ?? 'json5';
  const edits = inOrder(fixes.flatMap((fix) => fix.edits));
  const said = fixes.flatMap((fix) => fix.holdsKey ?? []);
  const holdsKey = !said.includes(false) && (said.includes(true) || planned?.holdsKey === true);
  const text = planned?.after ?? before.text;
  const setMode = fixes.findLast(({ mode }) => mode !== undefined)?.mode ?? planned?.setMode;
  if (setMode !== undefined) assertReplaceable(before, false);
  const next = planFile({ ...before, text }, dialect, edits, { holdsKey });
  return {
    ...next,
    before,
    notes: [...(planned?.notes ?? []), ...next.notes],
    ...(setMode === undefined ? {} : { setMode }),
  };
}

/** The files with the planned texts in place of the current ones. */
function overlay(files: Files, plan: FixPlan): Files {
  const texts = new Map(
    [...plan.files.values()].map(({ before, after }) => [before.target, after] as const),
  );
  return {
    ...files,
    async read(path) {
      const text = texts.get(path);
      return text === undefined ? files.read(path) : new TextEncoder().encode(text);
    },
  };
}

async function ask(
  { io, prompter }: Deps,
  { done, warnings, diff }: Pick<FixOutcome, 'done' | 'warnings' | 'diff'>,
): Promise<void> {
  const style = createStyle(io.stderr);
  const lines = [
    ...done.map((does) => `  ${style.dot} ${does}`),
    ...warnings.map((text) => `  ${style.symbol('warn')} ${text}`),
    '',
    ...diffLines(diff, style),
  ];
  io.err(`\n${lines.join('\n')}\n\n`);
  const count = done.length === 1 ? 'this change' : `these ${done.length} changes`;
  const yes = await prompter.confirm({ message: `Make ${count}?`, default: true });
  if (!yes) throw new CancelError();
}

/**
 * Orders edits that were all planned against the same text so that none moves the target of a later one: values first,
 * then array items from the last index, then renames from the deepest.
 */
export function inOrder(edits: readonly Edit[]): Edit[] {
  return [...edits].sort((a, b) => rank(a) - rank(b) || byPath(a, b));
}

const ranks = { set: 0, insert: 1, remove: 2, rename: 3 } as const;

function rank({ op }: Edit): number {
  return ranks[op];
}

function byPath(a: Edit, b: Edit): number {
  if (a.op === 'remove' && b.op === 'remove') {
    const [left, right] = [a.path.at(-1), b.path.at(-1)];
    if (typeof left === 'number' && typeof right === 'number') return right - left;
  }
  return a.op === 'rename' && b.op === 'rename' ? b.path.length - a.path.length : 0;
}
