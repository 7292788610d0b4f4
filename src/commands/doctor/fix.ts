import { diffOf, type PlannedFile, planFile } from '../../changes/change-set.ts';
import { commit } from '../../changes/commit.ts';
import { keyNotes } from '../../changes/key-exposure.ts';
import type { Edit, Path } from '../../config/edit.ts';
import { readText } from '../../config/snapshot.ts';
import { variablesIn } from '../../config/variables.ts';
import type { Examined } from '../../doctor/examine.ts';
import type { FileFix, Finding } from '../../doctor/finding.ts';
import { newShellWarnings } from '../../host/new-shells.ts';
import { shells } from '../../host/rc-file.ts';
import type { Deps, Files } from '../../platform/deps.ts';
import { CancelError } from '../../platform/errors.ts';
import { createStyle } from '../../terminal/style.ts';
import { diffLines } from './render.ts';
import type { FixOutcome } from './report.ts';

type Examine = (world: Deps) => Promise<readonly Examined[]>;

/**
 * Plans the fixes for all findings, shows them, asks if needed, and writes them as one change set. A fix may reveal
 * another problem (a misspelled key is not checked until it is renamed), so planning repeats on the planned texts until
 * nothing is left to fix. Throws CancelError if the answer is no.
 */
export async function fixFindings(
  world: Deps,
  examined: readonly Examined[],
  mode: 'ask' | 'yes' | 'dry-run',
  examine: Examine,
): Promise<FixOutcome> {
  const plan = await planFixes(world, examined, examine);
  const changeSet = { command: 'doctor --fix', files: [...plan.files.values()] };
  const diff = diffOf(world, changeSet);
  const received = changeSet.files.filter(({ before, after }) => before.text !== after);
  const notes = await keyNotes(world, { ...changeSet, files: received });
  const outcome = { done: [...plan.done, ...notes], diff, warnings: [] };
  if (mode === 'dry-run' || plan.done.length === 0)
    return { ...outcome, written: [], undoId: null };
  if (mode === 'ask') await ask(world, diff, outcome.done);
  const consent = mode === 'ask' ? 'ask' : 'refuse';
  const { written, undoId } = await commit(world, changeSet, { consent });
  const warnings = await shellWarnings(world, changeSet.files);
  return { ...outcome, written, undoId, warnings };
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
}

const maxRounds = 5;

async function planFixes(
  world: Deps,
  examined: readonly Examined[],
  examine: Examine,
): Promise<FixPlan> {
  const plan: FixPlan = { files: new Map(), done: [] };
  let found = findingsOf(examined);
  for (let round = 1; round <= maxRounds; round += 1) {
    const before = plan.done.length;
    await addFixes(world.files, plan, found);
    if (plan.done.length === before || round === maxRounds) break;
    found = findingsOf(await examine({ ...world, files: overlay(world.files, plan) }));
  }
  return plan;
}

function findingsOf(examined: readonly Examined[]): readonly Finding[] {
  return examined.flatMap((one) => (one.state === 'ran' ? one.findings : []));
}

async function addFixes(files: Files, plan: FixPlan, findings: readonly Finding[]): Promise<void> {
  const fixes = findings.flatMap(({ fix }) => (fix === undefined ? [] : [fix]));
  const byPath = new Map<string, FileFix[]>();
  const claimed = new Map<string, Edit>();
  for (const fix of fixes) {
    if (isDone(plan, fix.files) || !claim(claimed, fix.files)) continue;
    plan.done.push(fix.does);
    for (const file of fix.files) byPath.set(file.path, [...(byPath.get(file.path) ?? []), file]);
  }
  for (const [path, fileFixes] of byPath) await addFile(files, plan, path, fileFixes);
}

/**
 * Claims the places that a fix edits. Two fixes for the same place (e.g. one key present under two misspelled names)
 * cannot both be applied. Returns false if the fix has to wait for the next round.
 */
function claim(claimed: Map<string, Edit>, files: readonly FileFix[]): boolean {
  const claims = files.flatMap(({ path, edits }) =>
    edits.map((edit) => [JSON.stringify([path, ...targetOf(edit)]), edit] as const),
  );
  const isTaken = claims.some(([place, edit]) => {
    const other = claimed.get(place);
    return other !== undefined && JSON.stringify(other) !== JSON.stringify(edit);
  });
  if (!isTaken) for (const [place, edit] of claims) claimed.set(place, edit);
  return !isTaken;
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

async function addFile(
  files: Files,
  plan: FixPlan,
  path: string,
  fixes: readonly FileFix[],
): Promise<void> {
  const planned = plan.files.get(path);
  const before = planned?.before ?? (await readText(files, path));
  const dialect = fixes[0]?.dialect ?? 'json5';
  const edits = inOrder(fixes.flatMap((fix) => fix.edits));
  const said = fixes.flatMap((fix) => fix.holdsKey ?? []);
  const holdsKey = !said.includes(false) && (said.includes(true) || planned?.holdsKey === true);
  const text = planned?.after ?? before.text;
  const setMode = fixes.findLast(({ mode }) => mode !== undefined)?.mode ?? planned?.setMode;
  const next = planFile({ ...before, text }, dialect, edits, { holdsKey });
  plan.files.set(path, {
    ...next,
    before,
    notes: [...(planned?.notes ?? []), ...next.notes],
    ...(setMode === undefined ? {} : { setMode }),
  });
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

async function ask({ io, prompter }: Deps, diff: string, done: readonly string[]): Promise<void> {
  const style = createStyle(io.stderr);
  const lines = [...done.map((does) => `  ${style.dot} ${does}`), '', ...diffLines(diff, style)];
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
