import type { HostPlan } from '../../host/plan.ts';
import type { CarriedKey } from './key.ts';
import type { Validation } from './validate.ts';

export interface ApplyOptions {
  readonly config?: string;
  readonly entry?: string;
  /** Null: as the host's config has it. */
  readonly throughGateway: boolean | null;
  readonly mode: 'check' | 'dry-run' | 'write';
  readonly yes: boolean;
  readonly json: boolean;
  /** False with `--sandbox`: its key is nobody's. */
  readonly withKey: boolean;
}

export interface ApplyResult {
  /** False when `--check` found that the setup file is not in force. */
  readonly ok: boolean;
  readonly mode: ApplyOptions['mode'];
  readonly changed: boolean;
  readonly hostConfig: string;
  readonly plan: HostPlan;
  readonly key: CarriedKey;
  readonly files: readonly { readonly path: string; readonly action: 'create' | 'update' }[];
  /** Unified, keys masked; empty when nothing changes. */
  readonly diff: string;
  /** What else a person should know. */
  readonly notes: readonly string[];
  readonly validation: Validation;
  readonly undoId: string | null;
}
