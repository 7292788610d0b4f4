import type { Agent } from 'node:http';
import type { Model } from '../openrouter/models.ts';
import type { Clock } from '../platform/deps.ts';
import type { BudgetLedger } from '../spend/budget-ledger.ts';
import type { GatewayEvent } from './event.ts';
import type { Access, Address, IsOwnPeer } from './guard.ts';
import type { Limits } from './limits.ts';
import type { Credential, LiveSetup } from './live-setup.ts';

export interface GatewayOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly access: GatewayAccess;
  /** The base URL of OpenRouter's API. */
  readonly baseUrl: string;
  /** For requests to the base URL, from `agentFor`; the gateway destroys it. */
  readonly agent: Agent;
  /** How long OpenRouter may send nothing, in milliseconds. */
  readonly silenceMs: number;
  /** The current setup, and the error from the last time the file was read, if any. */
  readonly setup: () => { readonly live: LiveSetup; readonly error: string | null };
  /** Called when OpenRouter rejects this key. Resolves when `setup` has another one, or there is none. */
  readonly keyRejected: (credential: Credential) => Promise<void>;
  /** The entry for requests that name none. */
  readonly defaultEntry: string | null;
  /** If null, requests to entries with a budget are refused. */
  readonly ledger: BudgetLedger | null;
  readonly models: () => readonly Model[];
  readonly clock: Clock;
  readonly random: () => number;
  readonly onEvent: (event: GatewayEvent) => void;
  /** Default: `defaultLimits`. */
  readonly limits?: Limits;
}

/** Who may use the gateway. `peerCheck` is called once the gateway listens. */
export interface GatewayAccess extends Pick<Access, 'tokens' | 'tokenRequired'> {
  readonly peerCheck: (address: Address) => Promise<IsOwnPeer | null>;
}
