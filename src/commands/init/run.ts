import { catalogIfAny } from '../../catalog/load.ts';
import { assertPrivate } from '../../changes/key-exposure.ts';
import { recoverInterrupted } from '../../changes/undo.ts';
import { createKeyMaker, futureKey, type KeyMaker, settingsForBudget } from '../../keys/create.ts';
import { managementClient } from '../../keys/management.ts';
import type { Deps } from '../../platform/deps.ts';
import { UsageError, UserError } from '../../platform/errors.ts';
import { setupFilePath } from '../../platform/paths.ts';
import { type Detected, detect } from '../../setup/detect.ts';
import type { InitOptions } from '../../setup/flags.ts';
import { type InitResult, planInit, withHostUse } from '../../setup/init-plan.ts';
import { assertKnownModels, judgeModels, knownModels } from '../../setup/known-models.ts';
import { assertKnownProviders } from '../../setup/known-providers.ts';
import { modelsIn, requestFromFlags, withDefaultPreset } from '../../setup/request-from-flags.ts';
import { chooseKey } from '../../setup/setup-key.ts';
import { effectiveEntry } from '../../setup/setup-request.ts';
import { unchanged, write } from '../../setup/write.ts';
import { readSetup } from '../../setup-file/setup-file.ts';
import { verify } from '../../wizard/verify.ts';
import { runWizard } from '../../wizard/wizard.ts';

/**
 * Goes from nothing to a verified setup: detect, ask (or read the flags), plan, preview, verify, write, restart. Throws
 * UserError if something prevents that and CancelError if the user stops; nothing is written in either case.
 */
export async function runInit(deps: Deps, options: InitOptions): Promise<InitResult> {
  const asks = !options.yes && !options.dryRun;
  if (asks) assertInteractive(deps);
  if (!options.dryRun) await recoverInterrupted(deps);
  const detected = await detect(deps, options);
  const maker = createKeyMaker(deps, setupFilePath(deps, options.config));
  return maker.keepStored(() =>
    asks ? runWizard(deps, options, detected, maker) : initByFlags(deps, options, detected, maker),
  );
}

function assertInteractive({ prompter }: Deps): void {
  if (prompter.canPrompt) return;
  throw new UsageError('init asks questions, and there is no terminal to answer them on', {
    hint: (command) =>
      [
        `Pass --yes to use flags instead, e.g.: printf %s "$KEY" | ${command('init --yes --preset basic --key-stdin')}`,
        'Pass --dry-run to see what would be written',
      ].join('\n'),
  });
}

/** Writes nothing with `--dry-run`, or if a primary model does not answer. */
async function initByFlags(
  deps: Deps,
  options: InitOptions,
  detected: Detected,
  maker: KeyMaker,
): Promise<InitResult> {
  let key = await chooseKey(deps, options, detected.key);
  // Report mistakes in the flags before any network request.
  const request =
    options.fromHost && detected.hostRequest !== null
      ? detected.hostRequest
      : requestFromFlags(withDefaultPreset(options.flags, detected.setup), detected.setup);
  const catalog = await catalogIfAny(deps, options.timeoutMs, options);
  const known = catalog === null ? null : knownModels(deps, catalog, options.timeoutMs);
  await assertKnownModels(modelsIn(options.flags), known);
  await assertKnownProviders(deps, options);
  if (options.fromHost) await judgeModels(request.entries, known);
  const plan = async (setup = detected.setup) => {
    const planned = await planInit(deps, { setup }, request, key, known);
    return options.apply === true ? withHostUse(deps, planned, options) : planned;
  };
  let planned = await plan();
  if (options.dryRun) return { ...planned.result, dryRun: true };
  if (!planned.result.changed) return unchanged(deps, planned, options);
  // Before the request to the model, which costs money.
  await assertPrivate(deps, planned.changes, 'refuse', otherPlaceHint);
  if (options.verify && key.key === null) throw noKeyError();
  if (key.key === futureKey) {
    const [entry] = request.entries;
    const budget = entry && effectiveEntry(entry, detected.setup).members.budget;
    const client = await managementClient(deps, { ...options, managementKeyStdin: false }, []);
    key = { ...key, key: (await maker.create(client, settingsForBudget(budget))).key };
    planned = await plan();
  }
  const proofs = options.verify ? await verify(deps, options.timeoutMs, planned) : [];
  if (proofs.some(({ ok }) => !ok)) {
    return { ...planned.result, ok: false, changed: false, files: [], proofs };
  }
  return write(deps, planned, proofs, options, async () => {
    return (await plan(await readSetup(deps.files, detected.setup.path))).changes;
  });
}

const otherPlaceHint =
  'Name another file with --rc-file, store the key yourself with --no-rc, or leave --yes out to be asked';

function noKeyError(): UserError {
  return new UserError('There is no key to verify the setup with', {
    type: 'key',
    hint: [
      'Create one at https://openrouter.ai/keys and pass it with --key-stdin or --key-env <NAME>',
      'Pass --no-verify to write without a live request, --sandbox to try it without a key',
    ].join('\n'),
  });
}
