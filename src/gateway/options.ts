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
  /** 0 takes a free one. */
  readonly port: number;
  readonly access: GatewayAccess;
  /** Of OpenRouter, as the keys were checked against it. */
  readonly baseUrl: string;
  /** Carries requests to the base URL, as `agentFor` gives it; the gateway destroys it. */
  readonly agent: Agent;
  /** How long OpenRouter may send nothing, in milliseconds. */
  readonly silenceMs: number;
  /** The setup as it is now, and what was wrong with the last reading of it. */
  readonly setup: () => { readonly live: LiveSetup; readonly error: string | null };
  /** OpenRouter rejects this key: done when `setup` has another one, or there is none. */
  readonly keyRejected: (credential: Credential) => Promise<void>;
  /** `--entry`: for requests that name none. */
  readonly defaultEntry: string | null;
  /** Null where there is none: entries with a budget are refused then. */
  readonly ledger: BudgetLedger | null;
  readonly models: () => readonly Model[];
  readonly clock: Clock;
  readonly random: () => number;
  readonly onEvent: (event: GatewayEvent) => void;
  /** Default: `defaultLimits`. */
  readonly limits?: Limits;
}

/** Who is let in, as far as it can be said before the gateway listens. */
export interface GatewayAccess extends Pick<Access, 'tokens' | 'tokenRequired'> {
  readonly peerCheck: (address: Address) => Promise<IsOwnPeer | null>;
}
