import * as v from 'valibot';
import type { Client } from './client.ts';
import * as shape from './shapes.ts';

export interface Provider {
  readonly name: string;
  /** For `provider.order` and `provider.ignore`. */
  readonly slug: string;
}

/** Every provider of OpenRouter; needs no key. */
export async function listProviders(client: Client): Promise<Provider[]> {
  return (await client.request({ path: '/providers' }, answer)).data;
}

const provider = v.object({ name: shape.requiredText, slug: shape.requiredText });

const answer = v.object({ data: shape.rows(provider) });
