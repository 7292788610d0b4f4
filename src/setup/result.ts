import type { LinkReport } from '../probe/report.ts';

/** What a primary said when it was asked. */
export interface PrimaryProof extends LinkReport {
  readonly entry: string;
}

export interface InitResult {
  /** False when the proof failed, and so nothing was written. */
  readonly ok: boolean;
  readonly dryRun: boolean;
  /** With `dryRun`: would be changed. */
  readonly changed: boolean;
  readonly setupFile: string;
  readonly files: readonly { readonly path: string; readonly action: 'create' | 'update' }[];
  /** Unified, keys masked; empty when nothing changes. */
  readonly diff: string;
  /** The entries that this was about. */
  readonly entries: readonly string[];
  readonly key: { readonly prefix: string; readonly source: string } | null;
  /** Every primary was asked and answered. */
  readonly verified: boolean;
  /** One for each primary that was asked; [] when nothing was. */
  readonly proofs: readonly PrimaryProof[];
  readonly warnings: readonly string[];
  readonly undoId: string | null;
  /** The lines that a person should type next. */
  readonly next: readonly { readonly command: string; readonly why: string }[];
}
