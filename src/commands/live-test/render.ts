import type { Io } from '../../platform/deps.ts';
import { renderAsk } from './render-ask.ts';
import { renderCertified } from './render-certified.ts';
import { renderPlain } from './render-plain.ts';
import { renderRehearsed } from './render-rehearsed.ts';
import type { TestRun } from './run.ts';

/** The report for whoever reads stdout: a person at a terminal, or the next program of a pipe. */
export function renderRun(io: Pick<Io, 'stdout'>, run: TestRun): string {
  if (!io.stdout.isTty) return renderPlain(run);
  if (run.kind === 'asked') return renderAsk(run.report, io.stdout);
  const render = run.kind === 'rehearsed' ? renderRehearsed : renderCertified;
  return render(run.report, io.stdout);
}
