import { describe, expect, it } from 'vitest';
import { combinerOf } from '../../src/routing/client-parameters.ts';

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
      'keep reasoning off',
      { reasoning: { enabled: false } },
      { reasoning: { effort: 'high' }, reasoning_effort: 'high' },
      { reasoning: { enabled: false } },
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
      'are not served in a dearer tier',
      { service_tier: 'flex' },
      { service_tier: 'priority', speed: 'fast' },
      { service_tier: 'flex' },
    ],
    [
      'may be served in a cheaper tier',
      { service_tier: 'default' },
      { service_tier: 'flex' },
      { service_tier: 'flex' },
    ],
    [
      'have no kind of answer that the entry leaves out',
      { modalities: ['text'] },
      { modalities: ['text', 'image'] },
      { modalities: ['text'] },
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
});
