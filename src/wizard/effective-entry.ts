import { type EntryMembers, type EntryRequest, withoutMembers } from '../setup/setup-request.ts';
import type { Entry, Setup } from '../setup-file/setup-file.ts';

/** The request with all members that the entry will have: those of the file, overridden by those of the request. */
export function effectiveEntry(request: EntryRequest, setup: Setup): EntryRequest {
  const entry = setup.entries.find(({ name }) => name === request.name);
  if (entry === undefined) return request;
  const existing = withoutMembers(membersOf(entry), request.without ?? []);
  return { ...request, members: { ...existing, ...request.members } };
}

function membersOf(entry: Entry): EntryMembers {
  const { defaultModel, complexModel, complexTriggers, fallbackModels, parameters, headers } =
    entry;
  const { retryOnFailure, maxRetries } = entry;
  return {
    ...(defaultModel === '' ? {} : { defaultModel }),
    ...(complexModel === null ? {} : { complexModel, complexTriggers }),
    ...(fallbackModels.length === 0 ? {} : { fallbackModels }),
    ...(retryOnFailure ? { retryOnFailure, maxRetries } : {}),
    ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...budgetOf(entry),
    ...preferencesOf(entry),
  };
}

function budgetOf({ budget }: Entry): EntryMembers {
  if (budget === null) return {};
  const { dailyLimit, monthlyLimit, alertThreshold } = budget;
  return {
    budget: {
      ...(dailyLimit === null ? {} : { dailyLimit: Number(dailyLimit) }),
      ...(monthlyLimit === null ? {} : { monthlyLimit: Number(monthlyLimit) }),
      ...(alertThreshold === null ? {} : { alertThreshold: Number(alertThreshold) }),
    },
  };
}

function preferencesOf({ providerPreferences: { exclude, prefer } }: Entry): EntryMembers {
  if (exclude.length + prefer.length === 0) return {};
  return {
    providerPreferences: {
      ...(exclude.length === 0 ? {} : { exclude }),
      ...(prefer.length === 0 ? {} : { prefer }),
    },
  };
}
