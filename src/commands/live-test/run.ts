import type { Deps } from '../../platform/deps.ts';
import { setupFilePath } from '../../platform/paths.ts';
import type { TestReport } from '../../probe/report.ts';
import { chooseEntry } from '../../routing/choose.ts';
import type { Entry } from '../../setup-file/entry.ts';
import { assertShape } from '../../setup-file/problems.ts';
import { assertSetupExists, readSetup, type Setup } from '../../setup-file/setup-file.ts';
import type { AskReport } from './ask.ts';
import { certifyEntries } from './certify.ts';
import { selectEntries } from './entries.ts';
import type { TestOptions } from './options.ts';
import type { HostReport } from './rehearse-host.ts';

/** What was run, with the setup that its line numbers refer to. */
export type TestRun =
  | {
      readonly kind: 'certified' | 'rehearsed';
      readonly ok: boolean;
      readonly report: TestReport;
      readonly setup: Setup;
    }
  | {
      readonly kind: 'in-host';
      readonly ok: boolean;
      readonly report: HostReport;
      readonly setup: Setup;
    }
  | {
      readonly kind: 'asked';
      readonly ok: boolean;
      readonly report: AskReport;
      readonly setup: Setup;
    };

/**
 * Certifies every link, rehearses the walk under faults, or sends one prompt. Throws UserError if there is nothing to
 * test or no key to test with, and CancelError on Ctrl-C.
 */
export async function runTest(world: Deps, options: TestOptions): Promise<TestRun> {
  const setup = await readSetup(world.files, setupFilePath(world, options.config));
  assertSetupExists(setup, world.place);
  assertShape(setup);
  const entries = selectEntries(setup, options);
  if (options.prompt !== undefined) {
    const { ask } = await import('./ask.ts');
    const report = await ask(world, setup, { ...options, prompt: options.prompt });
    return { kind: 'asked', ok: report.ok, report, setup };
  }
  if (options.host === true) {
    const { rehearseInHost } = await import('./rehearse-host.ts');
    const report = await rehearseInHost(world, entriesForHost(setup, options), options);
    return { kind: 'in-host', ok: report.ok, report, setup };
  }
  if (options.simulate !== undefined) {
    // Imports the sandbox, which a certification does not need.
    const { rehearseEntries } = await import('./rehearse.ts');
    const report = await rehearseEntries(world, entries, options.simulate, options);
    return { kind: 'rehearsed', ok: report.ok, report, setup };
  }
  const report = await certifyEntries(world, entries, options);
  return { kind: 'certified', ok: report.ok, report, setup };
}

/** Each rehearsal takes minutes, so only one entry is used unless several are named. */
function entriesForHost(setup: Setup, options: TestOptions): readonly Entry[] {
  const isNamed = options.entries.length > 0 || options.channel !== undefined;
  return isNamed ? selectEntries(setup, options) : [chooseEntry(setup, {}).entry];
}
