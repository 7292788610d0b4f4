import {
  type EntryMembers,
  type EntryRequest,
  nonEmpty,
  withoutMembers,
} from '../setup/setup-request.ts';
import type { Budget, Entry } from '../setup-file/entry.ts';
import type { Setup } from '../setup-file/setup-file.ts';

/** The request with all members that the entry will have: those of the file, overridden by those of the request. */
export function effectiveEntry(request: EntryRequest, setup: Setup): EntryRequest {
  const entry = setup.entries.find(({ name }) => name === request.name);
  if (entry === undefined) return request;
  const existing = withoutMembers(membersOf(entry), request.without ?? []);
  return { ...request, members: { ...existing, ...request.members } };
}

function membersOf(entry: Entry): EntryMembers {
  const { defaultModel, complexModel, complexTriggers, budget, maxRetries } = entry;
  const { parameters, fallbackModels, headers, providerPreferences } = entry;
  return nonEmpty({
    defaultModel,
    parameters,
    fallbackModels,
    headers,
    ...(complexModel === null ? {} : { complexModel, complexTriggers }),
    ...(entry.retryOnFailure ? { retryOnFailure: true, maxRetries } : {}),
    budget: budget === null ? null : amountsOf(budget),
    providerPreferences: nonEmpty(providerPreferences),
  });
}

function amountsOf({ dailyLimit, monthlyLimit, alertThreshold }: Budget): EntryMembers['budget'] {
  return {
    ...(dailyLimit === null ? {} : { dailyLimit: Number(dailyLimit) }),
    ...(monthlyLimit === null ? {} : { monthlyLimit: Number(monthlyLimit) }),
    ...(alertThreshold === null ? {} : { alertThreshold: Number(alertThreshold) }),
  };
}
