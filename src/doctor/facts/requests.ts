/**
 * Everything that sends requests to OpenRouter, in one chunk of the bundle that is only loaded if the network is used.
 * Five separate chunks would each duplicate the shared code, and all would load before the first request.
 */
export { credits, readKeyInfo } from '../../openrouter/account.ts';
export { createClient } from '../../openrouter/client.ts';
export { listProviders, servedBy } from '../../openrouter/endpoints.ts';
