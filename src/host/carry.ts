import type { Entry } from '../setup-file/entry.ts';
import type { Setup } from '../setup-file/setup-file.ts';
import type { AppliedSetting } from './applied.ts';

/** What of a setup file the host can take up. */
export type CarriedSetup = Pick<Setup, 'entries' | 'channels'>;

/** How it is to be carried; every choice made. */
export interface Carry {
  /** The entry that answers where no channel says otherwise. */
  readonly entry: Entry;
  /** Point the host at our gateway, which then does all that an entry says; else at OpenRouter. */
  readonly throughGateway: boolean;
  /** The host's folder as its config is to name it, e.g. `~/.openclaw`. */
  readonly stateFolder: string;
  /** The variable of the key is set where the host sees it, or will be: only then the config may name it. */
  readonly keyIsThere: boolean;
  /** What the host shows to the gateway. */
  readonly gatewayToken: string;
  /** What earlier runs wrote. */
  readonly applied: readonly AppliedSetting[];
}
