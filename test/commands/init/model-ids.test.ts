import { describe, expect, it } from 'vitest';
import { modelIdChecks } from '../../../src/doctor/checks/model-ids.ts';
import { examine } from '../../../src/doctor/examine.ts';
import { gatherFacts } from '../../../src/doctor/facts/index.ts';
import { findingsOf } from '../../doctor/doctor-world.ts';
import { put } from '../../helpers/put.ts';
import { init, type Script, type Wizard, wizard } from '../../wizard/init-world.ts';

const flagsOnly = { yes: true, verify: false, restart: false } as const;

/** The model in the setup file after `init`, or the hint of its error. */
async function byInit(world: Wizard, model: string): Promise<string> {
  try {
    await init(world, { ...flagsOnly, flags: { model } });
  } catch (error) {
    return String(Object(error).hint);
  }
  const [, id = ''] = /defaultModel: "([^"]*)"/.exec(world.text()) ?? [];
  return id;
}

/** The model in the setup file after `doctor --fix`, or the hint of the finding that has no fix. */
async function byDoctor({ deps, setupFile }: Wizard, model: string): Promise<string> {
  put(
    setupFile,
    JSON.stringify({ models: { a: { provider: 'openrouter', defaultModel: model } } }),
  );
  const facts = gatherFacts(deps, { path: setupFile, offline: false, timeoutMs: 5_000 });
  const [finding] = findingsOf(await examine(modelIdChecks, facts));
  if (finding === undefined) return model;
  const [edit] = finding.fix?.files[0]?.edits ?? [];
  return edit?.op === 'set' ? String(edit.value) : `Did you mean ${finding.fixHint}?`;
}

describe('a model id of the user', () => {
  it.each([
    ['anthropic/claude-haiku-3.5', 'anthropic/claude-3.5-haiku'],
    ['anthropic/claude-4-sonnet', 'anthropic/claude-sonnet-4'],
    ['claude-sonnet-4', 'anthropic/claude-sonnet-4'],
    ['OPENAI/gpt-4o', 'openai/gpt-4o'],
    [' openai/gpt-4o', 'openai/gpt-4o'],
    ['https://openrouter.ai/openai/gpt-4o', 'openai/gpt-4o'],
    ['openai/gpt-4o:nitor', 'openai/gpt-4o:nitro'],
    ['@preset/mine', '@preset/mine'],
    ['openai/gpt-4o@preset/mine', 'openai/gpt-4o@preset/mine'],
    ['preset/mine', '@preset/mine'],
    ['~anthropic/claude-sonnet-latest', '~anthropic/claude-sonnet-latest'],
    ['anthropic/claude-3-opus', expect.stringMatching(/^Did you mean \S+ \(\$\d+/)],
    ['openai/gpt-4o:bogus', expect.stringMatching(/^Did you mean openai\/gpt-4o \(/)],
    ['openai/gpt-4o-ultra', expect.stringMatching(/^Did you mean openai\/gpt-/)],
  ])('%s is written or refused as doctor --fix would: %s', async (id, expected) => {
    expect(await byInit(await wizard({ key: true }), id)).toEqual(expected);
    expect(await byDoctor(await wizard({ key: true }), id)).toEqual(expected);
  });

  it('is refused where its free variant has ended, even for a dry run', async () => {
    const world = await wizard({ key: true });
    const flags = { fallback: ['openai/gpt-4o:free'] };
    await expect(init(world, { dryRun: true, flags })).rejects.toMatchObject({
      type: 'not_found',
      message: expect.stringContaining('"openai/gpt-4o:free" is no longer free'),
    });
  });

  it('is replaced with a warning', async () => {
    const world = await wizard({ key: true });
    const flags = { complexModel: 'claude-sonnet-4', complexTrigger: ['code'] };
    expect(await init(world, { ...flagsOnly, flags })).toMatchObject({
      warnings: ['"claude-sonnet-4" does not exist; "anthropic/claude-sonnet-4" takes its place'],
    });
    expect(world.written()).toMatchObject({
      models: { openrouter: { complexModel: 'anthropic/claude-sonnet-4' } },
    });
  });

  it('in the config of OpenClaw is imported as it is where no other is certainly meant', async () => {
    const hostConfig =
      '{ agents: { defaults: { model: { primary: "openrouter/anthropic/claude-3-opus", fallbacks: ["openrouter/anthropic/claude-haiku-3.5"] } } } }';
    const world = await wizard({ key: true, hostConfig });
    expect(await init(world, { ...flagsOnly, fromHost: true })).toMatchObject({
      warnings: [
        expect.stringMatching(/"anthropic\/claude-3-opus" does not exist; did you mean/),
        expect.stringContaining('"anthropic/claude-3.5-haiku" takes its place'),
      ],
    });
    expect(world.written()).toMatchObject({
      models: {
        openrouter: {
          defaultModel: 'anthropic/claude-3-opus',
          fallbackModels: ['anthropic/claude-3.5-haiku'],
        },
      },
    });
  });

  it('follows the same rule in a flag of the wizard', async () => {
    const script: Script = [
      ['Anything else?', []],
      ['Is this right?', 'Yes'],
    ];
    const world = await wizard({ key: true, script: [['Which key?', 'The one'], ...script] });
    await init(world, { flags: { model: 'anthropic/claude-haiku-3.5' } });
    expect(world.written()).toMatchObject({
      models: { openrouter: { defaultModel: 'anthropic/claude-3.5-haiku' } },
    });
  });
});
