import { catalogIfAny } from '../catalog/load-if-available.ts';
import type { Host } from '../host/location.ts';
import type { Deps } from '../platform/deps.ts';
import { inSandbox } from '../sandbox/in-sandbox.ts';
import { type Answers, noAnswers, saysNothing } from '../setup/answers.ts';
import { checkAnswers } from '../setup/check-answers.ts';
import { type Found, look } from '../setup/detect.ts';
import { answersFrom } from '../setup/flags.ts';
import { type ChosenKey, keyFound } from '../setup/key.ts';
import { refuseSlips } from '../setup/living-models.ts';
import type { InitOptions } from '../setup/options.ts';
import type { InitResult } from '../setup/result.ts';
import { saidModels } from '../setup/wish.ts';
import { withProgress } from '../terminal/progress.ts';
import { askChannels } from './channels.ts';
import { conclude } from './conclude.ts';
import { createTalk, type Talk } from './context.ts';
import { tellFound } from './detected.ts';
import { askChanges, askIntent, rekeyed } from './existing.ts';
import { askFirstKey, askNewKey } from './key.ts';
import { askTakeover } from './takeover.ts';
import { askWanted, nothingWanted, takenOver } from './wants.ts';

/** The wizard: looks, asks for what the flags leave open, shows, proves, writes. Throws CancelError on Ctrl-C. */
export async function converse(
  deps: Deps,
  options: InitOptions,
  found: Found,
): Promise<InitResult> {
  const said = answersFrom(options.answers, noAnswers.key);
  // A flag that cannot work is no reason to ask ten things first.
  checkAnswers(said);
  const host = await tellFound(deps, found);
  const key = await askFirstKey(deps, options, found);
  if (key === 'sandbox') return rehearse(deps, options, said, host);
  return goOn(deps, options, found, said, host, key);
}

async function rehearse(
  deps: Deps,
  options: InitOptions,
  said: Answers,
  host: Host,
): Promise<InitResult> {
  return inSandbox(deps, options.config, async (world) => {
    const found = await look(world, options);
    const quiet = { ...options, sandbox: true, restart: false };
    return goOn(world, quiet, found, said, host, keyFound(found.key, quiet));
  });
}

async function goOn(
  deps: Deps,
  options: InitOptions,
  found: Found,
  said: Answers,
  host: Host,
  key: ChosenKey,
): Promise<InitResult> {
  const catalog = await withProgress(deps.io, 'Reading the list of models', () =>
    catalogIfAny(deps, options.timeoutMs),
  );
  const talk = createTalk(deps, options, found, said, catalog);
  refuseSlips(saidModels(said), talk.known);
  if (options.fromHost) return conclude(talk, host, key, await takenOver(talk));
  const isNew = found.setup.entries.length === 0;
  if (!isNew && saysNothing(said)) return changeSetup(talk, host, key);
  const takesOver = isNew && saysNothing(said) && (await askTakeover(talk));
  return conclude(talk, host, key, await (takesOver ? takenOver(talk) : askWanted(talk)));
}

/** Run on a finished setup it changes what somebody wants changed. */
async function changeSetup(talk: Talk, host: Host, key: ChosenKey): Promise<InitResult> {
  const { deps, options, found } = talk;
  const intent = await askIntent(talk, key.isNew);
  switch (intent.kind) {
    case 'change':
      return conclude(talk, host, key, {
        ...nothingWanted,
        drafts: [await askChanges(talk, intent.entry)],
      });
    case 'add':
      return conclude(talk, host, key, await askWanted(talk));
    case 'channels':
      return conclude(talk, host, key, {
        ...nothingWanted,
        channels: await askChannels(talk, [], []),
      });
    case 'host':
      return conclude(talk, host, key, await takenOver(talk));
    case 'key':
      return conclude(talk, host, await askNewKey(deps, options, found), rekeyed(found));
    case 'leave':
      return conclude(talk, host, key, key.isNew ? rekeyed(found) : nothingWanted);
  }
}
