import { catalogIfAny } from '../catalog/load.ts';
import { findHost, type Host } from '../host/location.ts';
import { shellOf } from '../host/rc-file.ts';
import type { KeyMaker } from '../keys/create.ts';
import type { Choice, Deps } from '../platform/deps.ts';
import { tildePath } from '../platform/paths.ts';
import { inSandbox } from '../sandbox/in-sandbox.ts';
import { checkFlags } from '../setup/check-flags.ts';
import { type Detected, detect } from '../setup/detect.ts';
import { type InitOptions, isEmpty } from '../setup/flags.ts';
import type { InitResult } from '../setup/init-plan.ts';
import { assertKnownModels, knownModels } from '../setup/known-models.ts';
import { assertKnownProviders } from '../setup/known-providers.ts';
import { assertNamedEntryExists, modelsIn } from '../setup/request-from-flags.ts';
import { type ChosenKey, detectedKey } from '../setup/setup-key.ts';
import { emptyRequest, type SetupRequest } from '../setup/setup-request.ts';
import type { Entry } from '../setup-file/entry.ts';
import { keyPrefix } from '../setup-file/key-format.ts';
import { withProgress } from '../terminal/progress.ts';
import { createStyle, type State } from '../terminal/style.ts';
import { wrap } from '../terminal/table.ts';
import { askFirstKey, askNewKey } from './ask-key.ts';
import { askChannels } from './channels.ts';
import { print, type WizardContext } from './context.ts';
import { askChanges, askHostRequest, askRequest } from './entries.ts';
import { review } from './review.ts';

/** Shows what is detected, asks for what the flags leave open, then reviews. Throws CancelError on Ctrl-C. */
export async function runWizard(
  deps: Deps,
  options: InitOptions,
  detected: Detected,
  maker: KeyMaker,
): Promise<InitResult> {
  // Before the first prompt: nobody should answer ten questions only to learn that a flag was wrong.
  checkFlags(options.flags);
  assertNamedEntryExists(options.flags, detected.setup);
  const host = await showDetected(deps, detected);
  const given = { deps, options, detected, host, maker };
  const key = await askFirstKey(given);
  if (key !== 'sandbox') return askSetup(given, key);
  return inSandbox(deps, options.config, async (sandboxed) => {
    const quiet = { ...options, sandbox: true, restart: false };
    const again = await detect(sandboxed, options);
    return askSetup(
      { ...given, deps: sandboxed, options: quiet, detected: again },
      detectedKey(again.key, quiet),
    );
  });
}

async function askSetup(
  given: Omit<WizardContext, 'models' | 'known' | 'style'>,
  key: ChosenKey,
): Promise<InitResult> {
  const { deps, options, detected } = given;
  const { flags } = options;
  const catalog = await withProgress(deps.io, 'Loading the list of models', () =>
    catalogIfAny(deps, options.timeoutMs),
  );
  const known = catalog === null ? null : knownModels(deps, catalog, options.timeoutMs);
  await assertKnownModels(modelsIn(flags), known);
  await assertKnownProviders(deps, options);
  const style = createStyle(deps.io.stderr);
  const context: WizardContext = { ...given, models: catalog?.models ?? [], known, style };
  if (options.fromHost) return review(context, key, await askHostRequest(context));
  const isNew = detected.setup.entries.length === 0;
  if (!isNew && isEmpty(flags)) return changeSetup(context, key);
  const imports = isNew && isEmpty(flags) && (await askHostImport(context));
  return review(context, key, await (imports ? askHostRequest(context) : askRequest(context)));
}

type Intent =
  | { readonly kind: 'change'; readonly entry: Entry }
  | { readonly kind: 'add' | 'host' | 'channels' | 'key' | 'leave' };

/** Changes a finished setup instead of starting over. */
async function changeSetup(context: WizardContext, key: ChosenKey): Promise<InitResult> {
  const { detected } = context;
  const intent = await askIntent(context, key.isNew);
  switch (intent.kind) {
    case 'change': {
      const entry = await askChanges(context, intent.entry);
      return review(context, key, { ...emptyRequest, entries: [entry] });
    }
    case 'add':
      return review(context, key, await askRequest(context));
    case 'channels': {
      const channels = await askChannels(context, emptyRequest);
      return review(context, key, { ...emptyRequest, channels });
    }
    case 'host':
      return review(context, key, await askHostRequest(context));
    case 'key':
      return review(context, await askNewKey(context), rekeyed(detected));
    case 'leave':
      return review(context, key, key.isNew ? rekeyed(detected) : emptyRequest);
  }
}

function askIntent({ deps, detected }: WizardContext, hasNewKey: boolean): Promise<Intent> {
  const changes = detected.setup.entries.map(
    (entry): Choice<Intent> => ({
      name: `Change ${entry.name}  ${entry.defaultModel}`,
      short: `Change ${entry.name}`,
      value: { kind: 'change', entry },
    }),
  );
  const host: Choice<Intent> = { name: 'Import what OpenClaw has', value: { kind: 'host' } };
  const key: readonly Choice<Intent>[] = hasNewKey
    ? [{ name: 'Only store the key', value: { kind: 'leave' } }]
    : [
        { name: 'Use another key', value: { kind: 'key' } },
        { name: 'Leave it as it is', value: { kind: 'leave' } },
      ];
  return deps.prompter.select<Intent>({
    message: 'There is a setup already. What now?',
    choices: [
      ...changes,
      { name: 'Add something', value: { kind: 'add' } },
      ...(hostRequestSummary(detected) === '' ? [] : [host]),
      { name: 'Change which channel uses which entry', value: { kind: 'channels' } },
      ...key,
    ],
  });
}

/** For a new key: entries that contain the old key literally get a reference to its variable instead. */
function rekeyed({ setup, key }: Detected): SetupRequest {
  if ('missing' in key || key.source.kind !== 'literal') return emptyRequest;
  const entries = setup.entries.filter(({ apiKey }) => apiKey === key.key);
  return {
    ...emptyRequest,
    entries: entries.map(({ name }) => ({ name, comment: '', members: {} })),
  };
}

// In milliseconds. OpenClaw may take seconds to start, and only its version is shown.
const hostTimeoutMs = 6_000;

/** Prints three lines: the setup file, the key, and OpenClaw with the shell. */
async function showDetected(deps: Deps, detected: Detected): Promise<Host> {
  const host = await withProgress(deps.io, 'Looking for OpenClaw', () =>
    findHost(deps, hostTimeoutMs),
  );
  const style = createStyle(deps.io.stderr);
  const line = (state: State, name: string, text: string) =>
    `  ${style.symbol(state)} ${name.padEnd(9)} ${wrap(text, deps.io.stderr.columns - 1, 14)}`;
  const { setup, key } = detected;
  print(
    deps,
    '',
    line(setup.exists ? 'ok' : 'skip', 'Setup', setupSummary(deps, detected)),
    line('key' in key ? 'ok' : 'skip', 'Key', keySummary(key)),
    line(host.installed ? 'ok' : 'skip', 'OpenClaw', hostSummary(deps, host, detected)),
    '',
  );
  return host;
}

/** Offers to import the host's own config. Returns false if it has nothing to import or the user declines. */
async function askHostImport({ deps, detected }: WizardContext): Promise<boolean> {
  if (hostRequestSummary(detected) === '') return false;
  return deps.prompter.select({
    message: 'OpenClaw uses OpenRouter already. What now?',
    choices: [
      { name: 'Import its setup', value: true },
      { name: 'Set up something else', value: false },
    ],
  });
}

/** The entries with their models, then the channels; "" if there is nothing to import. */
function hostRequestSummary({ hostRequest }: Detected): string {
  const { entries, channels } = hostRequest ?? emptyRequest;
  const models = entries.map(({ name, members }) => `${name} (${members.defaultModel ?? ''})`);
  const names = channels.map(({ channel }) => channel);
  return [
    ...(models.length > 3 ? [...models.slice(0, 2), `${models.length - 2} more`] : models),
    ...(names.length > 3 ? [`${names.length} channels`] : names),
  ].join(', ');
}

function setupSummary(deps: Deps, { setup }: Detected): string {
  const path = tildePath(setup.path, deps.place);
  if (!setup.exists) return `${path} does not exist yet`;
  const names = setup.entries.map(({ name }) => name);
  if (names.length === 0) return `${path} has no OpenRouter entry yet`;
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  return `${path}: ${names.slice(0, 3).join(', ')}${more}`;
}

function keySummary(key: Detected['key']): string {
  if ('missing' in key) return `${key.missing} is not set yet`;
  const others = key.shadowed.filter(({ same }) => !same).map(({ where }) => where);
  const unused = others.length === 0 ? '' : `; another one, unused, in ${others.join(', ')}`;
  return `${keyPrefix(key.key)} from ${key.source.where}${unused}`;
}

function hostSummary({ env }: Deps, { installed, version }: Host, detected: Detected): string {
  const host = installed ? (version ?? 'installed') : 'not installed';
  const shell = shellOf(env.SHELL);
  const request = hostRequestSummary(detected);
  return [
    `${host}, ${shell === null ? 'unknown shell' : `shell ${shell}`}`,
    ...(request === '' ? [] : [`its own config has ${request}`]),
  ].join('; ');
}
