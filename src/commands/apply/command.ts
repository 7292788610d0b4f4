import type { Command } from 'commander';
import { commit } from '../../changes/commit.ts';
import { recoverInterrupted } from '../../changes/undo.ts';
import {
  type ApplyOptions,
  type ApplyResult,
  type PlannedApply,
  planApply,
  readInput,
} from '../../host/apply-plan.ts';
import { verifyUse } from '../../host/ask-agents.ts';
import {
  ensureGatewayToken,
  newGatewayToken,
  readGatewayToken,
  removeGatewayToken,
} from '../../host/gateway-token.ts';
import { expectedKey } from '../../host/key-use.ts';
import { validateConfig } from '../../host/program.ts';
import type { Deps } from '../../platform/deps.ts';
import { CancelError, FoundProblems, UsageError } from '../../platform/errors.ts';
import { uninterrupted } from '../../platform/interrupts.ts';
import { withProgress } from '../../terminal/progress.ts';
import {
  addCommonOptions,
  addPlainPrompts,
  type CommonOptions,
  inWorld,
} from '../shared/options.ts';
import { printJson } from '../shared/print-json.ts';
import { documentOf, paintPlan, paintWarnings, renderResult } from './render.ts';

export function define(command: Command, deps: Deps, run = runApply): void {
  command
    .option('--entry <entry>', 'entry to use where no channel names another')
    .option('--through-gateway', 'point OpenClaw at serve, for budgets, triggers and retries')
    .option('--no-through-gateway', 'point OpenClaw at OpenRouter again')
    .option('--check', 'change nothing; exit with code 1 if the setup file is not applied')
    .option('--dry-run', 'show what would change, and write nothing')
    .option('--yes', 'do not ask')
    .addHelpText('after', examples(deps.place.program));
  addPlainPrompts(command);
  addCommonOptions(command).action(async (raw: CommonOptions & RawOptions) => {
    const options = optionsFrom(raw);
    await inWorld(deps, raw, async (world) => {
      const result = await run(world, options);
      if (raw.json === true) printJson(world, documentOf(world, result));
      else print(world, result);
      if (!result.ok) throw new FoundProblems();
    });
  });
}

/** A piped dry run is only the diff, which may be given to `patch`; what else there is to know goes to stderr. */
function print(world: Deps, result: ApplyResult): void {
  const { io } = world;
  if (result.mode === 'dry-run' && !io.stdout.isTty)
    io.err(paintWarnings(world, io.stderr, result));
  io.out(renderResult(world, result));
}

interface RawOptions {
  readonly entry?: string;
  readonly throughGateway?: boolean;
  readonly check?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

function optionsFrom(raw: CommonOptions & RawOptions): ApplyOptions {
  if (raw.check === true && raw.dryRun === true) {
    throw new UsageError('--check and --dry-run cannot be used together');
  }
  return {
    ...(raw.config === undefined ? {} : { config: raw.config }),
    ...(raw.entry === undefined ? {} : { entry: raw.entry }),
    throughGateway: raw.throughGateway ?? null,
    mode: raw.check === true ? 'check' : raw.dryRun === true ? 'dry-run' : 'write',
    yes: raw.yes === true,
    json: raw.json === true,
    withKey: raw.sandbox !== true,
  };
}

const examples = (program: string) => `
Writes models, fallbacks, parameters, providers, headers, channels and the key
to OpenClaw's own config. OpenClaw validates the result, and a config that it
rejects is undone.

Examples:
  $ ${program} apply --dry-run
  $ ${program} apply --entry router-premium --yes
  $ ${program} apply --check --json
`;

/**
 * Applies the setup file to the host config: plans, shows the changes, asks, writes, and lets the host validate the
 * result. If the host rejects it, the change is undone. Throws UserError, UsageError if it needs to ask but cannot
 * prompt, and CancelError if the answer is no.
 */
export async function runApply(deps: Deps, options: ApplyOptions): Promise<ApplyResult> {
  if (options.mode === 'write') await recoverInterrupted(deps);
  const input = await readInput(deps, options);
  const candidate = (await readGatewayToken(deps)) ?? newGatewayToken();
  const planned = await planApply(deps, options, input, candidate);
  if (options.mode !== 'write' || !planned.result.changed) return planned.result;
  if (!options.yes) await confirm(deps, options, planned.result);
  if (!planned.result.plan.throughGateway) return write(deps, options, planned);
  const hadToken = (await readGatewayToken(deps)) !== null;
  // `serve` may have started during the prompt and created a different token.
  const token = await ensureGatewayToken(deps, candidate);
  const final = token === candidate ? planned : await planApply(deps, options, input, token);
  try {
    return await write(deps, options, final);
  } catch (error) {
    const isOurs = !hadToken && token === candidate;
    if (isOurs && deps.written.size === 0)
      await uninterrupted(deps, (rest) => removeGatewayToken(rest, token));
    throw error;
  }
}

async function confirm(deps: Deps, { json }: ApplyOptions, result: ApplyResult): Promise<void> {
  if (!deps.prompter.canPrompt || json) {
    throw new UsageError('apply needs confirmation and cannot ask for it here', {
      hint: 'Pass --yes to apply the changes, or --dry-run to see them',
    });
  }
  deps.io.err(paintPlan(deps, deps.io.stderr, result));
  const answer = await deps.prompter.confirm({ message: 'Write this?', default: true });
  if (!answer) throw new CancelError();
}

async function write(
  deps: Deps,
  options: ApplyOptions,
  { changes, result }: PlannedApply,
): Promise<ApplyResult> {
  let { validation } = result;
  const { undoId } = await commit(deps, changes, {
    consent: options.yes ? 'refuse' : 'ask',
    verify: async () => {
      validation = await withProgress(deps.io, 'Validating the config with OpenClaw', () =>
        validateConfig(deps),
      );
    },
  });
  const key = options.withKey ? await expectedKey(deps, result.plan) : null;
  const { problems, notes, agents } = await withProgress(
    deps.io,
    'Asking OpenClaw which model and key its agents use',
    () => verifyUse(deps, key, validation === 'valid'),
  );
  return {
    ...result,
    ok: result.problems.length + problems.length === 0,
    problems: [...result.problems, ...problems],
    notes: [...result.notes, ...notes],
    agents,
    undoId,
    validation,
  };
}
