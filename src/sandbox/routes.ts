import { activity } from './endpoints/activity.ts';
import { exchangeCode } from './endpoints/auth-keys.ts';
import { chat } from './endpoints/chat.ts';
import { credits } from './endpoints/credits.ts';
import { generation } from './endpoints/generation.ts';
import { currentKey } from './endpoints/key.ts';
import { modelEndpoints } from './endpoints/model-endpoints.ts';
import { listModels } from './endpoints/models.ts';
import { listProviders } from './endpoints/providers.ts';
import type { Route } from './state.ts';

/** THE LIST of endpoints below `/api/v1`. Add the next one here. */
export const routes: readonly Route[] = [
  { method: 'GET', path: '/models', access: 'public', answer: listModels },
  { method: 'GET', path: '/models/user', access: 'key', answer: listModels },
  {
    method: 'GET',
    path: '/models/{author}/{slug}/endpoints',
    access: 'public',
    answer: modelEndpoints,
  },
  { method: 'GET', path: '/providers', access: 'public', answer: listProviders },
  { method: 'GET', path: '/key', access: 'key', answer: currentKey },
  { method: 'GET', path: '/credits', access: 'management', answer: credits },
  { method: 'GET', path: '/activity', access: 'management', answer: activity },
  { method: 'GET', path: '/generation', access: 'key', answer: generation },
  { method: 'POST', path: '/auth/keys', access: 'public', answer: exchangeCode },
  { method: 'POST', path: '/chat/completions', access: 'key', answer: chat },
];
