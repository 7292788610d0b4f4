import type { Examined } from '../../doctor/examine.ts';
import type { Finding } from '../../doctor/finding.ts';
import type { FixOutcome } from './fix-outcome.ts';

export interface DoctorReport {
  readonly ok: boolean;
  /** The setup file. */
  readonly path: string;
  /** What is in it; null when it cannot be told. */
  readonly counts: {
    readonly entries: number;
    readonly links: number;
    readonly channels: number;
  } | null;
  readonly examined: readonly Examined[];
  /** Those that are shown, the order of the checks kept. */
  readonly findings: readonly Finding[];
  /** Null without `--fix`. */
  readonly fixed: FixOutcome | null;
}
