import type { Command } from 'commander';
import type { Deps } from '../../platform/deps.ts';
import { UsageError } from '../../platform/errors.ts';
import { ledgerVariable } from '../../spend/ledger-url.ts';
import { addCommonOptions, addPlainPrompts, inWorld, wholeNumber } from '../shared/options.ts';
import { printJson } from '../shared/print-json.ts';
import { sharedLedger } from '../shared/shared-ledger.ts';
import { type InstallOptions, installService } from './install.ts';
import { createLog, renderListening } from './render.ts';
import { runServe } from './run.ts';

export function define(command: Command, deps: Deps, run = runServe): void {
  command
    .option('--port <n>', 'port; 0 picks a free one', wholeNumber('--port', 0, 65535), 8788)
    .option(
      '--host <address>',
      'address to listen on; any but loopback needs --token-env',
      '127.0.0.1',
    )
    .option('--token-env <NAME>', 'environment variable with the token that clients must send')
    .option('--entry <entry>', 'entry for requests that name none (default: the first)')
    .option(
      '--ledger <url>',
      `postgres:// URL of a ledger that several gateways share (also: ${ledgerVariable})`,
    )
    .option('--on-alert <program>', 'run this when a budget reaches its threshold')
    .addOption(
      command
        .createOption('--log <format>', 'format of the log')
        .choices(['text', 'json'])
        .default('text'),
    )
    .option('--install', 'install a service of systemd or launchd instead of serving')
    .option('--dry-run', 'with --install: show the file and write nothing')
    .option('--yes', 'with --install: do not ask')
    .addHelpText(
      'after',
      `\nExamples:\n  $ ${deps.place.program} serve\n  $ curl http://127.0.0.1:8788/v1/chat/completions -d '{"model":"channel:whatsapp","messages":[…]}'\n`,
    );
  addPlainPrompts(command);
  addCommonOptions(command).action(async (raw: InstallOptions) => {
    assertInstall(raw);
    await inWorld(deps, raw, async (world) => {
      if (raw.install === true) return installService(world, raw);
      const log = createLog(world, raw.log, raw.json === true ? 'stderr' : 'stdout');
      await run(
        world,
        { ...raw, ledger: sharedLedger(world, raw.ledger) },
        {
          event: log,
          listening: (listening) => {
            if (raw.json === true) printJson(world, { ok: true, ...listening });
            else world.io.err(renderListening(listening, world));
          },
        },
      );
    });
  });
}

function assertInstall({ install, dryRun, yes }: InstallOptions): void {
  if (install === true || (dryRun !== true && yes !== true)) return;
  throw new UsageError(`${yes === true ? '--yes' : '--dry-run'} is only valid with --install`);
}
