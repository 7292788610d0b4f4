import Big from 'big.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleOf } from '../../../src/sandbox/chat/answer.ts';
import { tokenize } from '../../../src/sandbox/chat/request.ts';
import { ask, eventsOf, get, start } from '../start.ts';

const weather = {
  type: 'function',
  function: {
    name: 'weather',
    parameters: {
      type: 'object',
      properties: {
        city: { type: 'string' },
        days: { type: 'integer' },
        unit: { enum: ['C', 'F'] },
      },
      required: ['city', 'days', 'unit'],
    },
  },
};

test('an answer costs exactly its tokens times the prices of the endpoint', async () => {
  const sandbox = await start({
    models: [{ id: 'me/exact', prompt: '0.0000001', completion: '0.0000003' }],
  });
  const { usage } = fields(await ask(sandbox, { model: 'me/exact' }));
  const cost = new Big('0.0000001')
    .times(usage.prompt_tokens)
    .plus(new Big('0.0000003').times(usage.completion_tokens));
  expect(usage.cost).toBe(Number(cost.toFixed()));
  expect(usage.total_tokens).toBe(usage.prompt_tokens + usage.completion_tokens);
});

test('the usage of the key includes the cost at once, without a rounding error', async () => {
  const sandbox = await start({ usage: { daily: '0.1', monthly: '0.2', total: '0.3' } });
  const { usage } = fields(await ask(sandbox));
  const { json } = await get(sandbox, '/key');
  expect(json).toMatchObject({
    data: {
      usage_daily: Number(new Big('0.1').plus(usage.cost).toFixed()),
      usage: Number(new Big('0.3').plus(usage.cost).toFixed()),
    },
  });
});

test('a stream has the text of the plain answer, at the same cost', async () => {
  const sandbox = await start();
  const plain = fields(await ask(sandbox));
  const events = eventsOf((await ask(sandbox, { stream: true })).text);
  expect(events.map(deltaOf).join('')).toBe(plain.choices[0].message.content);
  expect(events.at(-1)).toMatchObject({ usage: plain.usage });
});

test('a stream contains comment lines and ends with [DONE]', async () => {
  const { text, headers } = await ask(await start(), { stream: true });
  expect(headers.get('content-type')).toBe('text/event-stream');
  expect(text.startsWith(': OPENROUTER PROCESSING\n\n')).toBe(true);
  expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
});

test('max_tokens shortens the answer, with finish_reason length', async () => {
  const { choices, usage } = fields(await ask(await start(), { max_tokens: 2 }));
  expect([choices[0].finish_reason, usage.completion_tokens]).toEqual(['length', 2]);
});

test('a request for pong is answered with pong', async () => {
  const messages = [{ role: 'user', content: 'Answer with the word pong.' }];
  const { choices } = fields(await ask(await start(), { messages }));
  expect(choices[0].message.content).toBe('pong');
});

test.each([
  ['required', 'required', 'Hello', true],
  ['named', { type: 'function', function: { name: 'weather' } }, 'Hello', true],
  ['auto and named by the person', 'auto', 'Call weather please', true],
  ['auto and any tool will do', 'auto', 'Please use a tool', true],
  ['auto and not named', 'auto', 'Hello', false],
  ['auto and only spoken of', 'auto', 'The weather is no tool of mine', false],
  ['none', 'none', 'Call weather please', false],
])('tool_choice %s: a call or none', async (_name, tool_choice, content, called) => {
  const messages = [{ role: 'user', content }];
  const { choices } = fields(await ask(await start(), { messages, tools: [weather], tool_choice }));
  expect(choices[0].finish_reason).toBe(called ? 'tool_calls' : 'stop');
});

test.each([
  ['the result of a tool', []],
  ['a note that an agent put after it', [{ role: 'user', content: 'Note: call weather' }]],
])('%s is answered with text, so that no agent loops forever', async (_name, after) => {
  const messages = [
    { role: 'user', content: 'Call weather please' },
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'c', type: 'function', function: { name: 'weather', arguments: '{}' } }],
    },
    { role: 'tool', tool_call_id: 'c', content: 'sunny' },
    ...after,
  ];
  const { choices } = fields(await ask(await start(), { messages, tools: [weather] }));
  expect(choices[0].finish_reason).toBe('stop');
  expect(choices[0].message.content).not.toBe('');
});

test('a tool is called with arguments that match its schema, plain and as a stream', async () => {
  const sandbox = await start();
  const body = { tools: [weather], tool_choice: 'required' };
  const wanted = '{"city":"sandbox","days":1,"unit":"C"}';
  expect((await ask(sandbox, body)).json).toMatchObject({
    choices: [{ message: { tool_calls: [{ function: { name: 'weather', arguments: wanted } }] } }],
  });
  const [named, argued] = eventsOf((await ask(sandbox, { ...body, stream: true })).text);
  const piece = (call: object) => ({ choices: [{ delta: { tool_calls: [{ function: call }] } }] });
  expect(named).toMatchObject(piece({ name: 'weather', arguments: '' }));
  expect(argued).toMatchObject(piece({ arguments: wanted }));
});

test('the answer matches a requested JSON schema', async () => {
  const schema = { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] };
  const response_format = { type: 'json_schema', json_schema: { name: 'x', schema } };
  const { choices } = fields(await ask(await start(), { response_format }));
  expect(choices[0].message.content).toBe('{"ok":true}');
});

test('a conversation longer than the context is a 400 that says so', async () => {
  const sandbox = await start({ models: [{ id: 'me/short', contextLength: 20 }] });
  const messages = [{ role: 'user', content: 'word '.repeat(30) }];
  expect(await ask(sandbox, { model: 'me/short', messages })).toMatchObject({
    status: 400,
    json: { error: { metadata: { error_type: 'context_length_exceeded' } } },
  });
});

test.each([
  [{ messages: [] }],
  [{ messages: 'Hello' }],
  [{ messages: [{ content: 'Hello' }] }],
  [{ messages: [{ role: 'user', content: 7 }] }],
  [{ temperature: 3 }],
  [{ temperature: 'warm' }],
  [{ max_tokens: 0 }],
  [{ stream: 'yes' }],
  [{ tools: {} }],
  [{ tools: [{ type: 'function' }] }],
  [{ model: 7 }],
])('the request %j is 400', async (body) => {
  expect((await ask(await start(), body)).status).toBe(400);
});

test('the joined tokens are the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(tokenize(text).join('')).toBe(text);
    }),
  );
});

test.each([
  [{ const: 5 }, 5],
  [{ type: 'integer', minimum: 3 }, 3],
  [{ type: ['string', 'null'] }, 'sandbox'],
  [{ type: 'array', minItems: 2, items: { type: 'boolean' } }, [true, true]],
  [{ properties: { a: {} } }, {}],
])('the sample of %j is %j', (schema, sample) => {
  expect(sampleOf(schema)).toEqual(sample);
});

interface Fields {
  readonly choices: readonly [
    { readonly finish_reason: string; readonly message: { readonly content: string } },
  ];
  readonly usage: Readonly<
    Record<'prompt_tokens' | 'completion_tokens' | 'total_tokens' | 'cost', number>
  >;
}

function fields(got: { text: string }): Fields {
  return JSON.parse(got.text);
}

function deltaOf(event: unknown): string {
  const { choices }: { choices: { delta: { content?: string } }[] } = JSON.parse(
    JSON.stringify(event),
  );
  return choices[0]?.delta.content ?? '';
}
