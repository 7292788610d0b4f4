import type { Endpoint } from '../openrouter/endpoints.ts';
import type { ModelPricing } from '../openrouter/models.ts';
import { isRecord } from '../platform/record.ts';
import { amountOf, folded } from '../routing/provider-rules.ts';
import type { RequestBody } from './measure.ts';

/** The endpoints that `provider` leaves. All of them where it leaves none: then nobody answers. */
export function allowedEndpoints(
  endpoints: readonly Endpoint[],
  provider: unknown,
): readonly Endpoint[] {
  if (!isRecord(provider) || endpoints.length === 0) return endpoints;
  const [only, ignore, order] = [provider.only, provider.ignore, provider.order].map(names);
  const fixed = provider.allow_fallbacks === false ? order : [];
  const most = isRecord(provider.max_price) ? provider.max_price : {};
  const left = endpoints.filter(
    (endpoint) =>
      (only?.length === 0 || isNamed(only, endpoint)) &&
      (fixed?.length === 0 || isNamed(fixed, endpoint)) &&
      !isNamed(ignore, endpoint) &&
      isWithin(endpoint.pricing, most),
  );
  return left.length === 0 ? endpoints : left;
}

function names(list: unknown): string[] {
  return (Array.isArray(list) ? list : []).filter((each) => typeof each === 'string').map(folded);
}

function isNamed(slugs: readonly string[] = [], { tag, providerName }: Endpoint): boolean {
  const known = [tag ?? '', tag?.split('/')[0] ?? '', providerName].map(folded);
  return slugs.some((slug) => known.includes(slug));
}

function isWithin(pricing: ModelPricing, most: RequestBody): boolean {
  return (['prompt', 'completion'] as const).every((name) => {
    const [price, cap] = [amountOf(pricing[name]), amountOf(most[name])];
    return price === null || cap === null || price.times(1_000_000).lte(cap);
  });
}
