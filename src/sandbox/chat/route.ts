import type { ApiKey } from '../account.ts';
import { checkFreeLimits, utcDate } from '../account.ts';
import type { CatalogModel } from '../catalog.ts';
import { isFree } from '../catalog.ts';
import type { ModelEndpoint } from '../endpoints/models.ts';
import { endpointsOf } from '../endpoints/models.ts';
import { ApiError } from '../http.ts';
import type { State } from '../state.ts';
import type { ChatRequest } from './request.ts';
import { pickByText } from './request.ts';

export interface Chosen {
  readonly model: CatalogModel;
  readonly endpoint: ModelEndpoint;
}

const docs = 'https://openrouter.ai/docs/guides/routing/provider-selection';

/** The model and provider that serve this request. Throws OpenRouter's error if there is none. */
export function chooseEndpoint(state: State, key: ApiKey, request: ChatRequest): Chosen {
  const model = routedModel(state, request);
  checkMoney(state, key, model);
  const endpoint = allowedEndpoint(model, request);
  if (isFree(model)) checkFreeLimits(state);
  return { model, endpoint };
}

const routers: ReadonlyMap<string, readonly string[]> = new Map([
  [
    'openrouter/auto',
    [
      'google/gemini-2.5-flash',
      'openai/gpt-4o-mini',
      'anthropic/claude-sonnet-4',
      'deepseek/deepseek-chat',
    ],
  ],
  ['openrouter/auto-beta', ['google/gemini-2.5-flash', 'openai/gpt-4o-mini']],
  ['openrouter/pareto-code', ['qwen/qwen3-coder', 'anthropic/claude-sonnet-4']],
  ['openrouter/free', ['openai/gpt-oss-20b:free', 'google/gemma-3-27b-it:free']],
]);

/** Routers pick by the text of the conversation, so that the same question goes to the same model. */
function routedModel(state: State, request: ChatRequest): CatalogModel {
  const choices = routers.get(plainId(request.model));
  if (choices === undefined) return knownModel(state, request.model);
  return knownModel(state, choices[pickByText(request, choices.length)] ?? request.model);
}

/** The model for `@preset/<slug>` without a model id. */
const presetModel = 'google/gemini-2.5-flash';

/** Strips what is never listed: a preset, and variants that only change the routing. */
function plainId(id: string): string {
  const model = id.startsWith('@preset/') ? presetModel : id.replace(/@preset\/.*/, '');
  return model.replace(/(:(nitro|floor|exacto|online|thinking|extended))+$/, '');
}

function knownModel(state: State, id: string): CatalogModel {
  const { catalog, clock } = state;
  const named = catalog.find(id) ?? catalog.find(plainId(id));
  const model = named?.aliasTarget == null ? named : catalog.find(named.aliasTarget);
  if (model === undefined) throw unknownModel(state, id);
  if (model.expirationDate !== null && model.expirationDate < utcDate(clock.now())) {
    throw gone(id, `${id} was retired on ${model.expirationDate}`, 'model_deprecated', [
      ...catalog.nearest(id, 4).filter((each) => each !== id),
    ]);
  }
  return model;
}

function unknownModel({ catalog }: State, id: string): ApiError {
  const paid = id.endsWith(':free') ? id.slice(0, -':free'.length) : null;
  if (paid !== null && catalog.find(paid) !== undefined) {
    return gone(id, `The free variant of ${paid} has ended`, 'free_variant_ended', [paid]);
  }
  return new ApiError(400, `${id} is not a valid model ID`, {
    errorType: 'invalid_request',
    availability: {
      code: 'model_not_found',
      retryable: false,
      requested_models: [id],
      fallback_models: catalog.nearest(id, 3),
      docs_url: 'https://openrouter.ai/models',
    },
  });
}

function gone(id: string, message: string, code: string, instead: string[]): ApiError {
  return new ApiError(404, message, {
    errorType: 'not_found',
    availability: {
      code,
      retryable: false,
      requested_models: [id],
      fallback_models: instead,
      docs_url: 'https://openrouter.ai/models',
    },
  });
}

/** A zero balance blocks paid models, a negative one blocks free models too. */
function checkMoney({ account }: State, key: ApiKey, model: CatalogModel): void {
  const balance = account.credits.minus(account.totalUsage());
  if (balance.lt(0)) throw unpaid('Your credit balance is negative.');
  if (balance.eq(0) && !isFree(model)) {
    throw unpaid(
      account.credits.eq(0)
        ? 'Insufficient credits. This account never purchased credits.'
        : 'Insufficient credits.',
    );
  }
  const remaining = account.limitRemaining(key);
  if (remaining?.lte(0) === true && !isFree(model)) throw keyLimit(key.limitReset ?? 'total');
}

/** The 402 for an account without credit. */
export function unpaid(why: string): ApiError {
  return new ApiError(402, `${why} Add more using https://openrouter.ai/settings/credits`, {
    errorType: 'payment_required',
  });
}

/** The 403, or sometimes 402, for a key whose own limit is used up. `window` as in "monthly limit". */
export function keyLimit(window: string, status: 402 | 403 = 403): ApiError {
  return new ApiError(
    status,
    `Key limit exceeded (${window} limit). Manage it using https://openrouter.ai/settings/keys`,
    {
      errorType: status === 402 ? 'payment_required' : 'permission_denied',
      metadata: { limit_remaining: 0 },
    },
  );
}

/** The 404 if no provider is left. `excludedBy` are the fields of the request that excluded them. */
export function noEndpoints(model: string, excludedBy: readonly string[] = []): ApiError {
  const [constraint] = excludedBy;
  const why = constraint === undefined ? '.' : ` that satisfy ${excludedBy.join(', ')}.`;
  return new ApiError(404, `No endpoints found for ${model}${why}`, {
    errorType: 'not_found',
    availability: {
      code: constraint === undefined ? 'no_endpoints' : 'constraint_filtered',
      retryable: false,
      requested_models: [model],
      ...(constraint === undefined ? {} : { excluded_by: excludedBy, constraint }),
      docs_url: docs,
    },
  });
}

function allowedEndpoint(model: CatalogModel, request: ChatRequest): ModelEndpoint {
  const { provider, tools } = request;
  if (tools.length > 0 && !model.traits.includes('tools')) throw noEndpoints(model.id, ['tools']);
  const only = names(provider.only);
  const ignore = names(provider.ignore);
  const order = names(provider.order);
  const fixed = provider.allow_fallbacks === false && order.length > 0;
  const endpoints = endpointsOf(model)
    .filter((each) => only.length === 0 || rank(only, each) >= 0)
    .filter((each) => rank(ignore, each) < 0)
    .filter((each) => !fixed || rank(order, each) >= 0);
  const [first] = endpoints.sort((a, b) => place(order, a) - place(order, b));
  if (first !== undefined) return first;
  throw noEndpoints(model.id, [
    ...(ignore.length > 0 ? ['provider.ignore'] : []),
    ...(only.length > 0 ? ['provider.only'] : []),
    ...(fixed ? ['provider.order'] : []),
  ]);
}

function names(value: unknown): string[] {
  return Array.isArray(value) ? value.map((each) => String(each).toLowerCase()) : [];
}

/** The position of this endpoint in the list, or -1. A slug matches all endpoints of a provider, a tag only one. */
function rank(list: readonly string[], { provider, tag }: ModelEndpoint): number {
  const known = [provider.slug, tag, provider.name.toLowerCase()];
  return list.findIndex((name) => known.includes(name));
}

function place(order: readonly string[], endpoint: ModelEndpoint): number {
  const at = rank(order, endpoint);
  return at < 0 ? order.length : at;
}
