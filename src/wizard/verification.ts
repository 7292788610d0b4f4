import type { Stream } from '../platform/deps.ts';
import type { PrimaryProof } from '../setup/result.ts';
import { durationWords } from '../terminal/duration.ts';
import { createStyle, type Style } from '../terminal/style.ts';
import { wrap } from '../terminal/table.ts';

/** Every primary that was asked, a line each, with the mend below one that failed. */
export function renderProofs(proofs: readonly PrimaryProof[], stream: Stream): string[] {
  const style = createStyle(stream);
  const folded = (text: string) => wrap(text, stream.columns - 1, 10);
  const widest = Math.max(...proofs.map(({ entry }) => entry.length));
  return proofs.flatMap((proof) => {
    const { entry, model, ok, level, message, fix } = proof;
    const state = ok ? 'ok' : level === 'warn' ? 'warn' : 'fail';
    return [
      `  ${style.symbol(state)} ${state.padEnd(4)}  ${folded(`${entry.padEnd(widest)}  ${model}  ${saidOf(proof, style)}`)}`,
      ...(ok || message === null ? [] : [`          ${style.dim(folded(message))}`]),
      ...(ok || fix === null ? [] : [`        ${style.arrow} ${folded(fix)}`]),
    ];
  });
}

function saidOf({ ok, headline, totalMs }: PrimaryProof, style: Style): string {
  if (!ok) return headline ?? 'was not asked';
  return style.dim(totalMs === null ? 'answers' : `answers in ${durationWords(totalMs)}`);
}
