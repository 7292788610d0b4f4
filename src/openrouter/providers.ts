import * as v from 'valibot';
import type { Client } from './client.ts';
import * as shape from './shapes.ts';

export interface Provider {
  readonly name: string;
  /** For `provider.order` and `provider.ignore`. */
  readonly slug: string;
  /** ISO 3166-1 alpha-2. */
  readonly headquarters: string | null;
  /** ISO 3166-1 alpha-2. */
  readonly datacenters: readonly string[];
  readonly privacyPolicyUrl: string | null;
  readonly statusPageUrl: string | null;
}

/** Every provider of OpenRouter; needs no key. */
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
    (row): Provider => ({
      name: row.name,
      slug: row.slug,
      headquarters: row.headquarters,
      datacenters: row.datacenters,
      privacyPolicyUrl: row.privacy_policy_url,
      statusPageUrl: row.status_page_url,
    }),
  ),
);

const answer = v.object({ data: shape.rows(provider) });
