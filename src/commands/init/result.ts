import type { LinkReport } from '../../probe/report.ts';

export interface InitResult {
  /** False when the proof failed, and so nothing was written. */
  readonly ok: boolean;
  readonly dryRun: boolean;
  readonly setupFile: string;
  readonly files: readonly { readonly path: string; readonly action: 'create' | 'update' }[];
  /** Unified, keys masked; empty when nothing changes. */
  readonly diff: string;
  readonly entries: readonly string[];
  readonly key: { readonly prefix: string; readonly source: string } | null;
  /** One for each primary that was asked; [] when nothing was. */
  readonly proofs: readonly (LinkReport & { readonly entry: string })[];
  readonly notes: readonly string[];
  readonly undoId: string | null;
  /** The lines that a person should type next. */
  readonly next: readonly { readonly command: string; readonly why: string }[];
}
