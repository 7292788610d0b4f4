import { providers } from '../providers.ts';
import type { Answer } from '../reply.ts';
import { json } from '../reply.ts';

/** `GET /providers`. */
export function listProviders(): Answer {
  return json({
    data: providers.map(({ name, slug, headquarters }) => ({
      name,
      slug,
      headquarters,
      datacenters: [headquarters],
      privacy_policy_url: null,
      terms_of_service_url: null,
      status_page_url: null,
    })),
  });
}
