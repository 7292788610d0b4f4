import type { Check } from '../check.ts';
import { environmentNearMiss } from './environment-near-miss.ts';
import { environmentSourced } from './environment-sourced.ts';
import { environmentSourcesAgree } from './environment-sources-agree.ts';
import { environmentVariable } from './environment-variable.ts';
import { filesDuplicateKeys } from './files-duplicate-keys.ts';
import { filesEntries } from './files-entries.ts';
import { filesExists } from './files-exists.ts';
import { filesKeyReference } from './files-key-reference.ts';
import { filesLiteralKey } from './files-literal-key.ts';
import { filesPermissions } from './files-permissions.ts';
import { filesShape } from './files-shape.ts';
import { filesSyntax } from './files-syntax.ts';
import { filesTypes } from './files-types.ts';
import { filesUnknownKeys } from './files-unknown-keys.ts';
import { keyAccepted } from './key-accepted.ts';
import { keyFormat } from './key-format.ts';
import { modelsExists } from './models-exists.ts';
import { modelsFreeEnded } from './models-free-ended.ts';
import { modelsPrefix } from './models-prefix.ts';
import { modelsVanished } from './models-vanished.ts';
import { modelsVariant } from './models-variant.ts';

/**
 * THE LIST of checks, in the order of the report. Add the next one here: ids, `--list-checks`, `--only`, `--skip`
 * and the completions follow. The checks of a group stand together.
 */
export const checks: readonly Check[] = [
  filesExists,
  filesSyntax,
  filesShape,
  filesEntries,
  filesTypes,
  filesUnknownKeys,
  filesDuplicateKeys,
  filesKeyReference,
  filesLiteralKey,
  filesPermissions,
  environmentVariable,
  environmentNearMiss,
  environmentSourced,
  environmentSourcesAgree,
  keyFormat,
  keyAccepted,
  modelsExists,
  modelsVanished,
  modelsFreeEnded,
  modelsPrefix,
  modelsVariant,
];
