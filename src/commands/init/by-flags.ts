import { catalogIfAny } from '../../catalog/load-if-available.ts';
import { assertPrivate } from '../../changes/key-exposure.ts';
import type { Deps } from '../../platform/deps.ts';
import { type Answers, type KeyAnswer, saysNothing } from '../../setup/answers.ts';
import type { Found } from '../../setup/detect.ts';
import { answersFrom } from '../../setup/flags.ts';
import { chooseKey } from '../../setup/key.ts';
import { knownModels } from '../../setup/known-models.ts';
import type { InitOptions } from '../../setup/options.ts';
import { prepare } from '../../setup/prepare.ts';
import type { InitResult } from '../../setup/result.ts';
import { provePrimaries } from '../../setup/verify.ts';
import { wishFrom } from '../../setup/wish.ts';
import { noKey, nothingWritten, write } from '../../setup/write.ts';
import { readSetup, type Setup } from '../../setup-file/setup-file.ts';
import { withProgress } from '../../terminal/progress.ts';

/** `init --yes` and `--dry-run`: nobody is asked. Nothing is written when the proof fails or with `--dry-run`. */
export async function initByFlags(
  deps: Deps,
  options: InitOptions,
  found: Found,
): Promise<InitResult> {
  const key = await chooseKey(deps, options, found.key);
  const wish = wishOf(options, found, key.answer);
  const catalog = await catalogIfAny(deps, options.timeoutMs, options);
  const known = catalog === null ? null : knownModels(catalog);
  const prepared = await prepare(deps, found, wish, key, known);
  if (options.dryRun) return { ...prepared.result, dryRun: true };
  if (!prepared.result.changed) return nothingWritten(deps, prepared, options);
  // Before the proof, which costs money.
  await assertPrivate(deps, prepared.changes, 'refuse', elsewhere);
  if (options.verify && key.key === null) throw noKey();
  const proofs = options.verify
    ? await withProgress(deps.io, 'Asking the primary models for an answer', () =>
        provePrimaries(deps, options.timeoutMs, prepared),
      )
    : [];
  if (proofs.some(({ ok }) => !ok)) {
    return { ...prepared.result, ok: false, changed: false, files: [], proofs };
  }
  return write(deps, prepared, proofs, options, async () => {
    const setup = await readSetup(deps.files, found.setup.path);
    return (await prepare(deps, { ...found, setup }, wish, key, known)).changes;
  });
}

const elsewhere =
  'Name another file with --rc-file, store the key yourself with --no-rc, or leave --yes out to be asked';

function wishOf({ answers, fromHost }: InitOptions, { setup, takeover }: Found, key: KeyAnswer) {
  if (fromHost && takeover !== null) return { ...takeover, key, typed: new Set<string>() };
  return wishFrom(withDefault(answersFrom(answers, key), setup), setup);
}

// What nobody asked to change is not changed: the entry of `basic` may be there with another model.
function withDefault(answers: Answers, setup: Setup): Answers {
  if (!saysNothing(answers)) return answers;
  return setup.entries.some(({ name }) => name === 'openrouter')
    ? { ...answers, name: 'openrouter' }
    : { ...answers, presets: ['basic'] };
}
