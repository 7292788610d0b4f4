import { describe, expect, it } from 'vitest';
import { combinerOf } from '../../src/routing/client-parameters.ts';
import { ForbiddenByEntry } from '../../src/routing/provider-rules.ts';

type Members = Readonly<Record<string, unknown>>;

const combineParameters = (owner: Members, client: Members) => combinerOf(owner)(client);

describe('parameters of a request', () => {
  it.each<[string, Members, Members, Members]>([
    [
      'are the client’s where both have one',
      { temperature: 1, top_p: 1 },
      { temperature: 0 },
      { temperature: 0, top_p: 1 },
    ],
    [
      'have at most as many tokens as the entry says',
      { max_tokens: 9 },
      { max_completion_tokens: 99 },
      { max_completion_tokens: 9 },
    ],
    ['may have fewer tokens', { max_completion_tokens: 9 }, { max_tokens: 5 }, { max_tokens: 5 }],
    [
      'have the entry’s limit where the client has none',
      { max_tokens: 9 },
      { max_tokens: null },
      { max_tokens: 9 },
    ],
    [
      'have the entry’s limit where the client’s is none',
      { max_tokens: 9 },
      { max_tokens: -1 },
      { max_tokens: 9 },
    ],
    [
      'have the client’s limit where the entry’s is none',
      { max_tokens: '9' },
      { max_tokens: 5 },
      { max_tokens: 5 },
    ],
    [
      'keep odd limits where both are',
      { max_tokens: '9' },
      { max_tokens: -1 },
      { max_tokens: '9' },
    ],
    ['have a single token', { max_tokens: 9 }, { max_tokens: 1 }, { max_tokens: 1 }],
    ['have at most as many answers', { n: 2 }, { n: 5 }, { n: 2 }],
    ['may have fewer answers', { n: 2 }, { n: 1 }, { n: 1 }],
    ['keep the number of answers where the client’s is odd', { n: 2 }, { n: '1' }, { n: 2 }],
    ['have the client’s number where the entry’s is odd', { n: 'x' }, { n: 3 }, { n: 3 }],
    [
      'keep the plugins of the entry',
      { plugins: [{ id: 'web', max_results: 2 }] },
      { plugins: [{ id: 'web', max_results: 9 }, { id: 'pdf' }] },
      { plugins: [{ id: 'web', max_results: 2 }, { id: 'pdf' }] },
    ],
    [
      'keep the settings of a tool that runs at OpenRouter',
      { tools: [{ type: 'openrouter:web_search', parameters: { max_results: 2 } }] },
      { tools: [{ type: 'openrouter:web_search' }, { type: 'function' }] },
      {
        tools: [
          { type: 'openrouter:web_search', parameters: { max_results: 2 } },
          { type: 'function' },
        ],
      },
    ],
    [
      'have the tools of the entry where the client has none',
      { tools: [{ type: 'function' }] },
      { temperature: 1 },
      { tools: [{ type: 'function' }], temperature: 1 },
    ],
    [
      'keep how the entry searches',
      { web_search_options: { search_context_size: 'low' } },
      { web_search_options: { search_context_size: 'high' } },
      { web_search_options: { search_context_size: 'low' } },
    ],
    [
      'have the provider of the client where the entry’s is odd',
      { provider: 'x' },
      { provider: {} },
      { provider: {} },
    ],
    ...[
      { reasoning: { enabled: false } },
      { reasoning: { effort: 'none' } },
      { reasoning_effort: 'none' },
    ].map((off): [string, Members, Members, Members] => [
      `keep reasoning off: ${JSON.stringify(off)}`,
      off,
      { reasoning: { effort: 'high' }, reasoning_effort: 'high' },
      off,
    ]),
    [
      'keep reasoning where the client says nothing of it',
      { reasoning: { effort: 'low' } },
      {},
      { reasoning: { effort: 'low' } },
    ],
    [
      'keep reasoning hidden, as hard as the client asks',
      { reasoning: { exclude: true, effort: 'low' } },
      { reasoning_effort: 'high' },
      { reasoning: { exclude: true, effort: 'high' } },
    ],
    [
      'keep reasoning hidden, with the tokens that the client asks for',
      { reasoning: { exclude: true, effort: 'low' } },
      { reasoning: { max_tokens: 50, summary: 'auto' }, reasoning_effort: null },
      { reasoning: { exclude: true, max_tokens: 50, summary: 'auto' } },
    ],
    [
      'keep reasoning hidden, as hard as the entry says',
      { include_reasoning: false, reasoning_effort: 'low' },
      { include_reasoning: true },
      { reasoning: { exclude: true, effort: 'low' } },
    ],
    [
      'keep reasoning hidden, without a word of how hard',
      { reasoning: { exclude: true } },
      { reasoning: { enabled: true } },
      { reasoning: { exclude: true, enabled: true } },
    ],
    [
      'think with fewer tokens as the client asks',
      { reasoning: { max_tokens: 100 } },
      { reasoning: { max_tokens: 50 } },
      { reasoning: { max_tokens: 50 } },
    ],
    [
      'think with at most the tokens of the entry, however hard',
      { reasoning: { max_tokens: 100 } },
      { reasoning: { effort: 'high', max_tokens: 'many' }, reasoning_effort: 'high' },
      { reasoning: { max_tokens: 100 } },
    ],
    [
      'do not think where the client turns it off',
      { reasoning: { max_tokens: 100 } },
      { reasoning_effort: 'none' },
      { reasoning: { effort: 'none' } },
    ],
    [
      'think with at most the tokens of the entry',
      { reasoning: { max_tokens: 100, exclude: true } },
      { reasoning: { max_tokens: 900, exclude: false } },
      { reasoning: { max_tokens: 100, exclude: true } },
    ],
    [
      'think as hard as the client asks',
      { reasoning: { effort: 'low' } },
      { reasoning_effort: 'high' },
      { reasoning_effort: 'high' },
    ],
    [
      'have no kind of answer that the entry leaves out',
      { modalities: ['text'] },
      { modalities: ['text', 'image'] },
      { modalities: ['text'] },
    ],
    [
      'keep the kinds of answer of the entry',
      { modalities: ['text'] },
      { temperature: 1 },
      { modalities: ['text'], temperature: 1 },
    ],
    [
      'may have fewer kinds of answer',
      { modalities: ['image', 'text'] },
      { modalities: ['text'] },
      { modalities: ['text'] },
    ],
    [
      'call no tools where the entry calls none, as Anthropic says it',
      { tool_choice: { type: 'none' } },
      { tool_choice: { type: 'any' } },
      { tool_choice: { type: 'none' } },
    ],
    ...['auto', { type: 'auto' }].map((choice): [string, Members, Members, Members] => [
      'call tools as the client asks where the entry leaves it open',
      { tool_choice: choice },
      { tool_choice: 'required' },
      { tool_choice: 'required' },
    ]),
    ['call tools as the entry says', { tool_choice: 'auto' }, {}, { tool_choice: 'auto' }],
    [
      'call tools as often as the entry says',
      { max_tool_calls: 3 },
      { max_tool_calls: 9 },
      { max_tool_calls: 3 },
    ],
    [
      'may call tools less often',
      { max_tool_calls: 3 },
      { max_tool_calls: 1 },
      { max_tool_calls: 1 },
    ],
    [
      'keep odd numbers of calls of the entry',
      { max_tool_calls: 'x' },
      { max_tool_calls: 'y' },
      { max_tool_calls: 'x' },
    ],
    [
      'keep the end of the loop as the entry has it',
      { max_tool_calls: 3, stop_server_tools_when: [{ type: 'max_cost' }] },
      {},
      { max_tool_calls: 3, stop_server_tools_when: [{ type: 'max_cost' }] },
    ],
    [
      'call no tools where the entry calls none',
      { tool_choice: 'none' },
      { tool_choice: 'required', function_call: { name: 'one' } },
      { tool_choice: 'none' },
    ],
    [
      'end the loop of tools at whatever comes first',
      { max_tool_calls: 3 },
      { stop_server_tools_when: [{ type: 'max_cost', max_cost_in_dollars: 9 }] },
      {
        stop_server_tools_when: [
          { type: 'max_cost', max_cost_in_dollars: 9 },
          { type: 'step_count_is', step_count: 3 },
        ],
      },
    ],
    ['keep the preset of the entry', { preset: 'safe' }, { preset: 'other' }, { preset: 'safe' }],
    [
      'keep them where the client has none',
      { plugins: [{ id: 'moderation' }] },
      { plugins: null },
      { plugins: [{ id: 'moderation' }] },
    ],
  ])('%s', (_, owner, client, expected) => {
    expect(combineParameters(owner, client)).toEqual(expected);
  });

  it('are not affected by the names of object methods', () => {
    const client = JSON.parse(
      '{"__proto__": {"zdr": true}, "constructor": 1, "provider": {"__proto__": {"ignore": []}, "toString": 2}}',
    );
    const result = combineParameters({ provider: { ignore: ['a'], zdr: true } }, client);
    expect(JSON.parse(JSON.stringify(result.provider))).toMatchObject({ ignore: ['a'], zdr: true });
    expect(Object.keys(result)).toEqual(['provider', '__proto__', 'constructor']);
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
  });

  it('have the provider of the client where the entry has none', () => {
    const client = { provider: { only: [], zdr: null, novelty: {} } };
    expect(combineParameters({}, client)).toEqual(client);
  });

  it.each([
    ['a dearer tier', { service_tier: 'flex' }, { service_tier: 'priority' }, false],
    ['the standard tier', { service_tier: 'flex' }, { service_tier: 'standard' }, false],
    ['the fast tier', { service_tier: 'default' }, { service_tier: 'fast' }, false],
    ['a fast cheap tier', { service_tier: 'flex' }, { service_tier: 'flex', speed: 'fast' }, false],
    [
      'what the account is set to',
      { service_tier: 'standard_only' },
      { service_tier: 'auto' },
      false,
    ],
    ['the tier of a speed alone', { service_tier: 'flex' }, { speed: 'standard' }, false],
    ['an unknown tier', { service_tier: 'priority' }, { service_tier: 'novelty' }, false],
    [
      'another tier than an unknown one',
      { service_tier: 'novelty' },
      { service_tier: 'flex' },
      false,
    ],
    ['no tier', { service_tier: 'priority' }, {}, false],
    ['a cheaper tier', { service_tier: 'default' }, { service_tier: 'flex' }, true],
    ['an equal tier', { service_tier: 'default' }, { service_tier: 'standard_only' }, true],
    ['its own tier', { service_tier: 'standard' }, { service_tier: 'default' }, true],
    ['a slower tier', { speed: 'fast' }, { service_tier: 'ultrafast' }, true],
    ['the tier of the account', { service_tier: 'scale' }, { service_tier: 'auto' }, true],
    ['another dear tier', { service_tier: 'priority' }, { service_tier: 'fast' }, true],
    ['a dear tier', { service_tier: 'fast' }, { service_tier: 'priority' }, true],
    ['the tier of a slow speed', { service_tier: 'priority' }, { speed: 'standard' }, true],
  ])('are served in %s only where it is no dearer', (_, owner, client, isTaken) => {
    expect(combineParameters(owner, client)).toEqual(isTaken ? client : owner);
  });

  it('are passed on as they are where the entry limits nothing', () => {
    const client = { plugins: 'odd', tools: 'odd', temperature: 1 };
    expect(combineParameters({}, client)).toEqual(client);
    expect(combineParameters({ tools: [] }, { tools: 'odd' })).toEqual({ tools: 'odd' });
  });

  it('are refused where they cannot be held against those of the entry', () => {
    expect(() => combineParameters({ plugins: [{ id: 'web' }] }, { plugins: 'web' })).toThrow(
      new ForbiddenByEntry('plugins must be a list'),
    );
    expect(() => combineParameters({ modalities: ['text'] }, { modalities: 'image' })).toThrow(
      new ForbiddenByEntry('modalities must be a list of names'),
    );
    const noWeb = { plugins: [{ id: 'web', enabled: false }] };
    expect(() => combineParameters(noWeb, { plugins: ['web'] })).toThrow(ForbiddenByEntry);
  });

  it('have the limit of tokens in the words of /responses', () => {
    const combine = combinerOf({ max_output_tokens: 9 }, 'responses');
    expect(combine({ max_output_tokens: 99 })).toEqual({ max_output_tokens: 9 });
    expect(combine({ max_tokens: 5 })).toEqual({ max_output_tokens: 9 });
  });

  it.each([
    ['chat', { max_tokens: 5 }, { max_output_tokens: 1 }],
    ['chat', { max_completion_tokens: 5, max_tool_calls: 2 }, { max_output_tokens: 1 }],
    ['responses', { max_output_tokens: 5, max_tool_calls: 2 }, { max_tokens: 1 }],
    ['responses', { max_output_tokens: 5 }, { max_tokens: 1, max_completion_tokens: 1 }],
    ['messages', { max_tokens: 5 }, { max_output_tokens: 1, max_completion_tokens: 1 }],
    ['messages', { max_tokens: 5 }, { max_tool_calls: 1 }],
  ] as const)('have no limit that /%s does not read: %j', (format, read, unread) => {
    const combine = combinerOf({}, format);
    expect(combine({ ...read, ...unread, user: 'u' })).toEqual({ ...read, user: 'u' });
  });
});

describe('thinking in a request to /messages', () => {
  const on = (budget_tokens: number, more: Members = {}) => ({
    type: 'enabled',
    budget_tokens,
    ...more,
  });

  it.each<[string, unknown, unknown, unknown]>([
    ['stays off', { type: 'disabled' }, on(900), { type: 'disabled' }],
    ['stays as odd as the entry has it', 'odd', on(900), 'odd'],
    ['may be turned off', on(100), { type: 'disabled' }, { type: 'disabled' }],
    ['is the entry’s where the client has none', on(100), undefined, on(100)],
    ['has at most the tokens of the entry', on(100), on(900), on(100)],
    ['may have fewer tokens', on(100), on(50), on(50)],
    ['has a limit though the model decides', on(100), { type: 'adaptive' }, on(100)],
    ['is up to the model', { type: 'adaptive' }, { type: 'adaptive' }, { type: 'adaptive' }],
    ['has as many tokens as the client asks', { type: 'adaptive' }, on(900), on(900)],
    [
      'stays hidden',
      on(100, { display: 'omitted' }),
      on(50, { display: 'summarized' }),
      on(50, { display: 'omitted' }),
    ],
    [
      'stays hidden without a limit',
      { type: 'adaptive', display: 'omitted' },
      on(50),
      on(50, { display: 'omitted' }),
    ],
    [
      'may be hidden',
      on(100, { display: 'summarized' }),
      on(50, { display: 'omitted' }),
      on(50, { display: 'omitted' }),
    ],
  ])('%s', (_, own, sent, expected) => {
    const client = sent === undefined ? {} : { thinking: sent };
    expect(combinerOf({ thinking: own }, 'messages')(client)).toEqual({ thinking: expected });
  });
});
