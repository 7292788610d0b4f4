import type { Provider } from '../openrouter/endpoints.ts';
import { nearestName } from '../platform/nearest.ts';

/** The provider that an entry names, without the variant of an endpoint: `deepinfra` for `deepinfra/fp8`. */
export function providerSlug(written: string): string {
  return written.trim().toLowerCase().split('/')[0] ?? '';
}

/**
 * Null if OpenRouter has the provider; otherwise the slug that was probably meant, or null if none is similar.
 * OpenRouter silently accepts an unknown slug: it excludes nothing and prefers nothing.
 */
export function unknownProvider(
  known: readonly Provider[],
  written: string,
): { readonly near: string | null } | null {
  const slugs = known.map(({ slug }) => slug);
  const slug = providerSlug(written);
  if (slugs.includes(slug)) return null;
  const named = known.find(({ name }) => name.toLowerCase() === written.trim().toLowerCase());
  return { near: named?.slug ?? nearestName(slug, slugs) };
}
