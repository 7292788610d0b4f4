import type { Link } from '../routing/choose.ts';
import type { OutcomeName, OutcomeRow } from '../routing/outcomes.ts';
import type { Onward } from '../routing/walk.ts';

/** The result of one link. */
export interface LinkReport {
  readonly role: Link['role'];
  /** As asked for. */
  readonly model: string;
  /** Null: it was not tried. */
  readonly outcome: OutcomeName | null;
  readonly level: OutcomeRow['level'] | null;
  /** It answered, and did what else the request was for, such as calling a tool. */
  readonly ok: boolean;
  /** Requests sent. */
  readonly attempts: number;
  readonly httpStatus: number | null;
  readonly servedModel: string | null;
  readonly provider: string | null;
  /** Until the first token, in milliseconds. */
  readonly ttftMs: number | null;
  /** Of the last request, in milliseconds. */
  readonly totalMs: number | null;
  /** USD, a decimal string; null where OpenRouter told none. */
  readonly costUsd: string | null;
  /** The outcome in a few words, e.g. `503 unavailable`. */
  readonly headline: string | null;
  /** What the API or the network said. */
  readonly message: string | null;
  readonly fix: string | null;
}

/** One attempt of a walk. */
export interface WalkedStep {
  readonly role: Link['role'];
  readonly model: string;
  /** From 1 on, for each link. */
  readonly attempt: number;
  readonly outcome: OutcomeName;
  /** Milliseconds waited before this attempt. */
  readonly waitedMs: number;
  /** What came after it. */
  readonly onward: Onward;
  /** How long the reply asks to wait, in milliseconds. */
  readonly retryAfterMs: number | null;
}

export interface EntryReport {
  readonly entry: string;
  readonly ok: boolean;
  /** Clauses that each stand alone. */
  readonly verdict: readonly string[];
  /** The model of the link that answers a request now. */
  readonly served: string | null;
  readonly links: readonly LinkReport[];
  /** Of a rehearsal. */
  readonly walk?: readonly WalkedStep[];
  /** Of a rehearsal: milliseconds on its clock. */
  readonly tookMs?: number;
}

export interface TestReport {
  readonly ok: boolean;
  /** USD, a decimal string: what all requests together cost. */
  readonly costUsd: string;
  /** Of a certification: what it could have cost at most, USD, a decimal string. */
  readonly estimatedCostUsd?: string;
  readonly entries: readonly EntryReport[];
}
