import type { Entry } from '../setup-file/entry.ts';
import type { Setup } from '../setup-file/setup-file.ts';
import type { AppliedSetting } from './applied.ts';
import type { KnownModels } from './model-rows.ts';

/** The parts of a setup file that the host config can express. */
export type ApplicableSetup = Pick<Setup, 'entries' | 'channels'>;

/** How a setup is applied to the host config. */
export interface PlanOptions {
  /** The default entry, which answers if no channel names another. */
  readonly entry: Entry;
  /** Send requests through our gateway, which applies the whole entry, instead of directly to OpenRouter. */
  readonly throughGateway: boolean;
  /** The host's folder as written in its config, e.g. `~/.openclaw`. */
  readonly stateFolder: string;
  /** Whether the host has the key's variable or will have it; only then may the config refer to it. */
  readonly hasKey: boolean;
  /** Whether the host stores keys of its own, which it prefers unless the config says otherwise. */
  readonly hasProfiles: boolean;
  /** Used to describe the entries to the host if it calls the gateway. */
  readonly known: KnownModels;
  /** The token that the host sends to the gateway. */
  readonly gatewayToken: string;
  /** What earlier runs wrote. */
  readonly applied: readonly AppliedSetting[];
}
