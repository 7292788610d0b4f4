import * as v from 'valibot';
import type { Client } from './client.ts';
import * as shape from './shapes.ts';

export interface Provider {
  readonly name: string;
  /** What `provider.order` and `provider.ignore` take. */
  readonly slug: string;
  /** ISO 3166-1 alpha-2. */
  readonly headquarters: string | null;
  /** ISO 3166-1 alpha-2. */
  readonly datacenters: readonly string[];
  readonly privacyPolicyUrl: string | null;
  readonly statusPageUrl: string | null;
}

/** Every provider that OpenRouter has; needs no key. */
export async function listProviders(client: Client): Promise<Provider[]> {
  const { data } = await client.request({ path: '/providers' }, answer);
  return data;
}

const provider = v.pipe(
  v.object({
    name: shape.requiredText,
    slug: shape.requiredText,
    headquarters: shape.text,
    datacenters: shape.texts,
    privacy_policy_url: shape.text,
    status_page_url: shape.text,
  }),
  v.transform(
    (said): Provider => ({
      name: said.name,
      slug: said.slug,
      headquarters: said.headquarters,
      datacenters: said.datacenters,
      privacyPolicyUrl: said.privacy_policy_url,
      statusPageUrl: said.status_page_url,
    }),
  ),
);

const answer = v.object({ data: shape.rows(provider) });
