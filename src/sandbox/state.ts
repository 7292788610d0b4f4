import type { Clock } from '../platform/deps.ts';
import type { Account, ApiKey } from './account.ts';
import type { Catalogue } from './catalogue.ts';
import type { FaultBook } from './fault-book.ts';
import type { Ids } from './ids.ts';
import type { Call, Reply } from './reply.ts';

/** What one running sandbox knows. */
export interface State {
  readonly clock: Clock;
  readonly catalogue: Catalogue;
  readonly account: Account;
  readonly ids: Ids;
  readonly faults: FaultBook;
  readonly generations: Map<string, Generation>;
  readonly codes: Map<string, AuthCode>;
  readonly latencyMs: number;
}

/** One answered chat request, as `/generation` tells it. */
export interface Generation {
  readonly id: string;
  readonly key: string;
  readonly at: Date;
  readonly model: string;
  readonly provider: string;
  readonly costUsd: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly finishReason: string;
  readonly streamed: boolean;
  readonly latencyMs: number;
  readonly httpReferer: string | null;
}

/** A code of the OAuth page, good once. */
export interface AuthCode {
  readonly issuedAt: Date;
  readonly challenge: string | null;
  readonly method: 'S256' | 'plain';
}

/** Path parameters by name. */
export type Params = Readonly<Record<string, string>>;

export interface Asked {
  readonly state: State;
  readonly call: Call;
  readonly params: Params;
  /** Null without a valid key, which only public endpoints allow. */
  readonly key: ApiKey | null;
  /** Tells the record of requests which model was asked for. */
  readonly noteModel: (model: string) => void;
}

export interface Route {
  readonly method: 'GET' | 'POST';
  /** `{name}` stands for one segment. */
  readonly path: string;
  readonly access: 'public' | 'key' | 'management';
  readonly answer: (asked: Asked) => Reply;
}
