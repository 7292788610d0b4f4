import type { Host } from '../host/location.ts';
import { CancelError } from '../platform/errors.ts';
import type { ChosenKey } from '../setup/key.ts';
import { type Prepared, prepare } from '../setup/prepare.ts';
import type { InitResult, PrimaryProof } from '../setup/result.ts';
import { provePrimaries } from '../setup/verify.ts';
import { nothingWritten, write } from '../setup/write.ts';
import { withProgress } from '../terminal/progress.ts';
import { say, type Talk } from './context.ts';
import { askNewKey } from './key.ts';
import { askChange, preview } from './review.ts';
import { renderProofs } from './verification.ts';
import type { Wanted } from './wants.ts';

/** All answers so far. */
interface State {
  readonly key: ChosenKey;
  readonly wanted: Wanted;
}

/** Shows what would be written, lets answers be changed until it is right, proves it, writes it. */
export async function conclude(
  talk: Talk,
  host: Host,
  key: ChosenKey,
  wanted: Wanted,
): Promise<InitResult> {
  let state: State = { key, wanted };
  for (;;) {
    const prepared = await prepareState(talk, state);
    if (!prepared.result.changed) return nothingWritten(talk.deps, prepared, talk.options);
    preview(talk, prepared, state.wanted);
    if ((await askReview(talk, prepared)) === 'write') {
      const proofs = await proveOrChange(talk, prepared);
      if (proofs !== 'change') return writeAsked(talk, host, prepared, proofs);
    }
    state = await changed(talk, state);
  }
}

function prepareState({ deps, found, known }: Talk, state: State): Promise<Prepared> {
  // Those of flags were looked up before the questions; those of a list exist.
  const typed = new Set<string>();
  const wish = { ...state.wanted, key: state.key.answer, typed };
  return prepare(deps, found, wish, state.key, known);
}

async function askReview({ deps, options }: Talk, { plan }: Prepared): Promise<'write' | 'change'> {
  const proves = options.verify && plan.entries.length > 0;
  const answer = await deps.prompter.select<'write' | 'change' | 'stop'>({
    message: 'Is this right?',
    choices: [
      {
        name: proves ? 'Yes: prove it with a live answer, then write it' : 'Yes: write it',
        short: 'Yes',
        value: 'write',
      },
      { name: 'Change an answer', value: 'change' },
      { name: 'Stop: write nothing', short: 'Stop', value: 'stop' },
    ],
  });
  if (answer === 'stop') throw new CancelError();
  return answer;
}

async function changed(talk: Talk, state: State): Promise<State> {
  const wanted = await askChange(talk, state.wanted);
  if (wanted !== null) return { ...state, wanted };
  return { ...state, key: await askNewKey(talk.deps, talk.options, talk.found) };
}

/** Asks the primaries, again and again if a person wants, until they answer or the person decides. */
async function proveOrChange(
  talk: Talk,
  prepared: Prepared,
): Promise<readonly PrimaryProof[] | 'change'> {
  const { deps, options } = talk;
  if (!options.verify || prepared.plan.entries.length === 0) return [];
  for (;;) {
    const proofs = await withProgress(deps.io, 'Asking the primary models for an answer', () =>
      provePrimaries(deps, options.timeoutMs, prepared),
    );
    if (proofs.every(({ ok }) => ok)) return proofs;
    say(deps, ...renderProofs(proofs, deps.io.stderr), '');
    const step = await askAfterFailure(talk);
    if (step === 'anyway') return proofs;
    if (step === 'change') return 'change';
  }
}

async function askAfterFailure({ deps }: Talk): Promise<'again' | 'change' | 'anyway'> {
  const step = await deps.prompter.select<'again' | 'change' | 'anyway' | 'stop'>({
    message: 'It does not answer. What now?',
    choices: [
      { name: 'Try again', value: 'again' },
      { name: 'Change an answer', value: 'change' },
      { name: 'Write it all the same', value: 'anyway' },
      { name: 'Stop: write nothing', short: 'Stop', value: 'stop' },
    ],
  });
  if (step === 'stop') throw new CancelError();
  return step;
}

// Asked before anything is written: Ctrl-C at any question leaves everything as it was.
async function writeAsked(
  { deps, options }: Talk,
  host: Host,
  prepared: Prepared,
  proofs: readonly PrimaryProof[],
): Promise<InitResult> {
  const restart =
    options.restart &&
    !options.sandbox &&
    host.installed &&
    (await deps.prompter.confirm({
      message: 'Restart OpenClaw when it is written, and run its doctor?',
      default: true,
    }));
  return write(deps, prepared, proofs, { ...options, restart });
}
