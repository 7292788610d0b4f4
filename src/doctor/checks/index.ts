import type { Check } from '../check.ts';
import { budgetAlert } from './budget-alert.ts';
import { budgetKeyLimit } from './budget-key-limit.ts';
import { budgetOrder } from './budget-order.ts';
import { budgetPrice } from './budget-price.ts';
import { budgetSpent } from './budget-spent.ts';
import { chainFreeQuota } from './chain-free-quota.ts';
import { chainMaxRetries } from './chain-max-retries.ts';
import { chainNoFallback } from './chain-no-fallback.ts';
import { chainOneKey } from './chain-one-key.ts';
import { chainRepeat } from './chain-repeat.ts';
import { chainRetry } from './chain-retry.ts';
import { chainSharedFate } from './chain-shared-fate.ts';
import { channelsEntry } from './channels-entry.ts';
import { channelsUnused } from './channels-unused.ts';
import { complexityBroad } from './complexity-broad.ts';
import { complexityPair } from './complexity-pair.ts';
import { complexityTriggers } from './complexity-triggers.ts';
import { environmentHostProcess } from './environment-host-process.ts';
import { environmentNearMiss } from './environment-near-miss.ts';
import { environmentPaths } from './environment-paths.ts';
import { environmentService } from './environment-service.ts';
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
import { headersReferer } from './headers-referer.ts';
import { headersSecret } from './headers-secret.ts';
import { headersValid } from './headers-valid.ts';
import { hostConfigReads } from './host-config.ts';
import { hostInstalled } from './host-installed.ts';
import { hostModel } from './host-model.ts';
import { hostPasted } from './host-pasted.ts';
import { hostRestart } from './host-restart.ts';
import { keyAccepted } from './key-accepted.ts';
import { keyCredit } from './key-credit.ts';
import { keyExpires } from './key-expires.ts';
import { keyFormat } from './key-format.ts';
import { keyFreeTier } from './key-free-tier.ts';
import { keyLimit } from './key-limit.ts';
import { keyManagement } from './key-management.ts';
import { modelsComplexCheaper } from './models-complex-cheaper.ts';
import { modelsContext } from './models-context.ts';
import { modelsExists } from './models-exists.ts';
import { modelsFallbackPrice } from './models-fallback-price.ts';
import { modelsFreeEnded } from './models-free-ended.ts';
import { modelsNoEndpoints } from './models-no-endpoints.ts';
import { modelsPrefix } from './models-prefix.ts';
import { modelsPriceMoved } from './models-price-moved.ts';
import { modelsProviderClash } from './models-provider-clash.ts';
import { modelsProviderNames } from './models-provider-names.ts';
import { modelsRetiring } from './models-retiring.ts';
import { modelsTools } from './models-tools.ts';
import { modelsVanished } from './models-vanished.ts';
import { modelsVariant } from './models-variant.ts';
import { networkBaseUrl } from './network-base-url.ts';
import { networkClock } from './network-clock.ts';
import { networkGateway } from './network-gateway.ts';
import { networkLatency } from './network-latency.ts';
import { networkProxy } from './network-proxy.ts';
import { networkReach } from './network-reach.ts';

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
  environmentService,
  environmentHostProcess,
  environmentPaths,
  keyFormat,
  keyAccepted,
  keyManagement,
  keyLimit,
  keyExpires,
  keyFreeTier,
  keyCredit,
  modelsExists,
  modelsVanished,
  modelsFreeEnded,
  modelsPrefix,
  modelsVariant,
  modelsRetiring,
  modelsTools,
  modelsContext,
  modelsComplexCheaper,
  modelsFallbackPrice,
  modelsPriceMoved,
  modelsProviderNames,
  modelsProviderClash,
  modelsNoEndpoints,
  chainRepeat,
  chainSharedFate,
  chainFreeQuota,
  chainOneKey,
  chainRetry,
  chainMaxRetries,
  chainNoFallback,
  budgetOrder,
  budgetAlert,
  budgetPrice,
  budgetSpent,
  budgetKeyLimit,
  channelsEntry,
  channelsUnused,
  complexityPair,
  complexityTriggers,
  complexityBroad,
  headersValid,
  headersSecret,
  headersReferer,
  networkBaseUrl,
  networkReach,
  networkProxy,
  networkClock,
  networkLatency,
  networkGateway,
  hostInstalled,
  hostConfigReads,
  hostPasted,
  hostModel,
  hostRestart,
];
