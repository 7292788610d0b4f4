/**
 * What asks OpenRouter, loaded as one file of the bundle where the network is used. Five would have a copy each of what
 * they share, and be loaded before the first request leaves.
 */
export { credits } from '../../openrouter/account.ts';
export { createClient } from '../../openrouter/client.ts';
export { listEndpoints, listProviders } from '../../openrouter/endpoints.ts';
export { readKeyInfo } from '../../openrouter/key.ts';
