/** What `--fix` did, or would do. */
export interface FixOutcome {
  /** What each mend does, in words. */
  readonly done: readonly string[];
  /** The paths that were written; none with `--dry-run`. */
  readonly written: readonly string[];
  /** For `undo`; null when nothing was written. */
  readonly undoId: string | null;
  /** The unified diff of all, keys masked. */
  readonly diff: string;
}
