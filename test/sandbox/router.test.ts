import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Reply } from '../../src/sandbox/http.ts';
import { dispatch } from '../../src/sandbox/router.ts';
import { createState } from '../../src/sandbox/state.ts';
import { handClock } from './start.ts';

const { state, key } = createState({ clock: handClock(), limit: null, credits: '1000000' });

test('any chat request is answered or refused, and nothing throws', () => {
  const odd = fc.oneof(fc.jsonValue(), fc.constantFrom('constructor', '__proto__', 'toString', ''));
  const body = fc.record(
    {
      model: fc.oneof(fc.constantFrom('openai/gpt-4o', 'openrouter/auto', 'x/y:free'), odd),
      messages: fc.oneof(fc.array(fc.record({ role: fc.constant('user'), content: odd })), odd),
      stream: fc.oneof(fc.boolean(), odd),
      tools: fc.oneof(
        fc.array(fc.record({ function: fc.record({ name: fc.string(), parameters: odd }) })),
        odd,
      ),
      tool_choice: fc.oneof(fc.constantFrom('required', 'none'), odd),
      response_format: fc.oneof(
        fc.record({ type: fc.constant('json_schema'), json_schema: odd }),
        odd,
      ),
      provider: fc.oneof(fc.record({ ignore: odd, only: odd, order: odd }), odd),
      max_tokens: odd,
    },
    { requiredKeys: ['model', 'messages'] },
  );
  fc.assert(
    fc.property(body, (value) => {
      expect([200, 400, 404]).toContain(
        statusOf(send('POST', '/chat/completions', JSON.stringify(value))),
      );
    }),
    { numRuns: 500 },
  );
});

test('any path and query is answered or refused, and nothing throws', () => {
  const path = fc.oneof(
    fc.webPath(),
    fc.tuple(fc.webSegment(), fc.webSegment()).map(([a, b]) => `/models/${a}/${b}/endpoints`),
    fc.constantFrom('/models', '/generation', '/activity', '/%E0%A4%A', ''),
  );
  fc.assert(
    fc.property(path, fc.webQueryParameters(), (asked, query) => {
      expect([200, 400, 403, 404]).toContain(statusOf(send('GET', asked, '', query)));
    }),
    { numRuns: 500 },
  );
});

function send(method: string, path: string, body: string, query = ''): Reply {
  const call = {
    method,
    path: `/api/v1${path}`,
    query: new URLSearchParams(query),
    headers: { authorization: `Bearer ${key}` },
    body,
  };
  return dispatch(state, call, () => undefined);
}

function statusOf(reply: Reply): number | string {
  return typeof reply === 'string' ? reply : reply.status;
}
