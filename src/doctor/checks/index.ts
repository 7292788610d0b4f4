import type { Check } from '../check.ts';
import { budgetChecks } from './budget.ts';
import { budgetKeyLimit } from './budget-key-limit.ts';
import { budgetReserve } from './budget-reserve.ts';
import { chainChecks } from './chain.ts';
import { channelChecks } from './channels.ts';
import { complexityChecks } from './complexity.ts';
import { environmentChecks } from './environment.ts';
import { fileChecks, filesPermissions } from './files.ts';
import { filesLiteralKey } from './files-literal-key.ts';
import { headerChecks } from './headers.ts';
import { hostChecks } from './host.ts';
import { hostCostChecks } from './host-costs.ts';
import { keyChecks } from './key.ts';
import { modelFitChecks } from './model-fit.ts';
import { modelIdChecks } from './model-ids.ts';
import { modelParameterChecks } from './model-parameters.ts';
import { modelProviderChecks } from './model-providers.ts';
import { networkChecks } from './network.ts';

/**
 * All checks, group by group, in the order of the report. Ids, `--list-checks`, `--only`, `--skip` and the completions
 * are derived from this list.
 */
export const checks: readonly Check[] = [
  ...fileChecks,
  filesLiteralKey,
  filesPermissions,
  ...environmentChecks,
  ...keyChecks,
  ...modelIdChecks,
  ...modelFitChecks,
  ...modelParameterChecks,
  ...modelProviderChecks,
  ...chainChecks,
  ...budgetChecks,
  budgetKeyLimit,
  budgetReserve,
  ...channelChecks,
  ...complexityChecks,
  ...headerChecks,
  ...networkChecks,
  ...hostChecks,
  ...hostCostChecks,
];
