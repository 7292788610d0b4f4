import type { Deps, Stream } from '../platform/deps.ts';
import { formatDuration } from '../platform/durations.ts';
import type { InitPlan, InitResult } from '../setup/init-plan.ts';
import { primaryModels, verifyPrimaries } from '../setup/write.ts';
import { withProgress } from '../terminal/progress.ts';
import { createStyle, type Style } from '../terminal/style.ts';
import { wrap } from '../terminal/table.ts';

/** Sends a test request to each primary model, showing progress. */
export function verify(
  deps: Deps,
  timeoutMs: number,
  plan: InitPlan,
): Promise<InitResult['proofs']> {
  const models = primaryModels(plan);
  const what = models.length === 1 ? models[0] : `${models.length} models`;
  return withProgress(deps.io, `Asking ${what} for an answer`, () =>
    verifyPrimaries(deps, timeoutMs, plan),
  );
}

/** A line for each tested primary model, with the fix below one that failed. */
export function renderReports(reports: InitResult['proofs'], stream: Stream): string[] {
  const style = createStyle(stream);
  const folded = (text: string) => wrap(text, stream.columns - 1, 10);
  const widest = Math.max(...reports.map(({ entry }) => entry.length));
  return reports.flatMap((report) => {
    const { entry, model, ok, level, message, fix } = report;
    const state = ok ? 'ok' : level === 'warn' ? 'warn' : 'fail';
    return [
      `  ${style.symbol(state)} ${state.padEnd(4)}  ${folded(`${entry.padEnd(widest)}  ${model}  ${answerSummary(report, style)}`)}`,
      ...(ok || message === null ? [] : [`          ${style.dim(folded(message))}`]),
      ...(ok || fix === null ? [] : [`        ${style.arrow} ${folded(fix)}`]),
    ];
  });
}

function answerSummary(
  { ok, headline, totalMs }: InitResult['proofs'][number],
  style: Style,
): string {
  if (!ok) return headline ?? 'not asked';
  return style.dim(totalMs === null ? 'answers' : `answers in ${formatDuration(totalMs)}`);
}
