import { describe, expect, it } from 'vitest';
import { parametersFor } from '../../src/routing/format-parameters.ts';
import { combineRequest } from '../../src/routing/request.ts';
import { entry } from './entry.ts';

const owner = {
  max_tokens: 500,
  temperature: 0.3,
  seed: 7,
  stop: 'END',
  reasoning: { max_tokens: 2_000, exclude: true },
  response_format: { type: 'json_schema', json_schema: { name: 'a', schema: { type: 'object' } } },
  tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }],
  tool_choice: 'required',
  max_tool_calls: 3,
};

const strings = { type: 'array', items: { type: 'string' } };

describe('the parameters of an entry', () => {
  it('are those of chat as they are', () => {
    expect(parametersFor('chat', owner)).toBe(owner);
  });

  it('are those of responses in its words', () => {
    expect(parametersFor('responses', owner)).toEqual({
      max_output_tokens: 500,
      temperature: 0.3,
      max_tool_calls: 3,
      reasoning: { max_tokens: 2_000, exclude: true },
      text: { format: { type: 'json_schema', name: 'a', schema: { type: 'object' } } },
      tools: [{ type: 'function', name: 'f', parameters: { type: 'object' } }],
      tool_choice: 'required',
    });
  });

  it('are those of messages in its words', () => {
    expect(parametersFor('messages', owner)).toEqual({
      max_tokens: 500,
      temperature: 0.3,
      stop_sequences: ['END'],
      thinking: { type: 'enabled', budget_tokens: 2_000, display: 'omitted' },
      output_config: { format: { type: 'json_schema', schema: { type: 'object' } } },
      stop_server_tools_when: [{ type: 'step_count_is', step_count: 3 }],
      tools: [{ name: 'f', input_schema: { type: 'object' } }],
      tool_choice: { type: 'any' },
    });
  });
});

describe('a parameter of an entry', () => {
  it.each<[object, object]>([
    [{ max_tokens: 9, max_completion_tokens: 5 }, { max_output_tokens: 5 }],
    [{ max_tokens: 9, max_output_tokens: 12 }, { max_output_tokens: 12 }],
    [{ reasoning_effort: 'low' }, { reasoning: { effort: 'low' } }],
    [{ include_reasoning: false }, { reasoning: { exclude: true } }],
    [{ include_reasoning: true, reasoning_effort: null }, {}],
    [
      { reasoning_effort: 'low', reasoning: { exclude: true } },
      { reasoning: { effort: 'low', exclude: true } },
    ],
    [{ reasoning_effort: 'low', reasoning: { effort: 'high' } }, { reasoning: { effort: 'high' } }],
    [{ verbosity: 'low' }, { text: { verbosity: 'low' } }],
    [{ response_format: { type: 'text' } }, { text: { format: { type: 'text' } } }],
    [{ tools: [{ type: 'web_search' }, 'x'] }, { tools: [{ type: 'web_search' }, 'x'] }],
    [{ tools: 'all' }, { tools: 'all' }],
    [
      { tool_choice: { type: 'function', function: { name: 'f' } } },
      { tool_choice: { type: 'function', name: 'f' } },
    ],
    [
      { parallel_tool_calls: false, top_logprobs: 2 },
      { parallel_tool_calls: false, top_logprobs: 2 },
    ],
  ])('for responses: %j is %j', (given, expected) => {
    expect(parametersFor('responses', { ...given })).toStrictEqual(expected);
  });

  it.each<[object, object]>([
    [{ max_tokens: 9, max_completion_tokens: 5 }, { max_tokens: 5 }],
    [{ reasoning_effort: 'low' }, { output_config: { effort: 'low' } }],
    [{ reasoning_effort: 'none' }, { thinking: { type: 'disabled' } }],
    [{ reasoning: { enabled: true } }, { thinking: { type: 'adaptive' } }],
    [{ include_reasoning: false }, { thinking: { type: 'adaptive', display: 'omitted' } }],
    [{ reasoning: { exclude: false } }, {}],
    [{ response_format: { type: 'json_object' } }, {}],
    [{ stop: ['a', 'b'] }, { stop_sequences: ['a', 'b'] }],
    [{ stop: null }, {}],
    [{ stop_server_tools_when: [], max_tool_calls: 3 }, { stop_server_tools_when: [] }],
    [{ max_tool_calls: 'many' }, {}],
    [
      {
        tools: [
          { type: 'function', function: { name: 'f', description: 'd', parameters: strings } },
        ],
      },
      { tools: [{ name: 'f', description: 'd', input_schema: strings }] },
    ],
    [
      { tools: [{ type: 'function', function: { name: 'f', description: null } }, { type: 'x' }] },
      { tools: [{ name: 'f', input_schema: { type: 'object' } }, { type: 'x' }] },
    ],
    [{ tool_choice: 'auto' }, { tool_choice: { type: 'auto' } }],
    [{ tool_choice: { type: 'tool', name: 'f' } }, { tool_choice: { type: 'tool', name: 'f' } }],
    [
      { tool_choice: { type: 'function', function: { name: 'f' } } },
      { tool_choice: { type: 'tool', name: 'f' } },
    ],
  ])('for messages: %j is %j', (given, expected) => {
    expect(parametersFor('messages', { ...given })).toStrictEqual(expected);
  });

  const ofChat = [
    ...[
      'logit_bias',
      'logprobs',
      'min_p',
      'prediction',
      'repetition_penalty',
      'seed',
      'top_a',
      'n',
    ],
    ...['stream_options', 'web_search_options', 'messages', 'input'],
  ];
  const notOfMessages = [
    ...['debug', 'frequency_penalty', 'image_config', 'modalities', 'parallel_tool_calls'],
    ...['presence_penalty', 'top_logprobs', 'prompt_cache_key', 'prompt_cache_options'],
  ];

  it.each([
    ...ofChat.map((name) => ['responses', name] as const),
    ...[...ofChat, ...notOfMessages].map((name) => ['messages', name] as const),
  ])('is left out for %s if only other endpoints have it: %s', (format, name) => {
    expect(parametersFor(format, { [name]: 1 })).toEqual({});
  });
});

describe('a client cannot have more than the entry allows', () => {
  const body = (
    format: 'chat' | 'responses' | 'messages',
    parameters: Readonly<Record<string, unknown>>,
    client: Readonly<Record<string, unknown>>,
  ) =>
    combineRequest(entry({ parameters }), 'a/b', {
      format,
      parameters: client,
      stream: false,
      isModelOfClient: false,
    });

  it.each([
    ['responses', { max_output_tokens: 900 }, { max_output_tokens: 500 }],
    ['responses', { max_tokens: 10 }, { max_output_tokens: 500 }],
    ['responses', {}, { max_output_tokens: 500 }],
    ['messages', { max_tokens: 900 }, { max_tokens: 500 }],
    ['messages', { max_output_tokens: 10 }, { max_tokens: 500 }],
    ['chat', { max_output_tokens: 10 }, { max_completion_tokens: 500 }],
  ] as const)('tokens of %s: %j', (format, client, expected) => {
    expect(body(format, { max_completion_tokens: 500 }, client)).toMatchObject(expected);
  });

  it.each([
    [{ effort: 'none' }, { type: 'enabled', budget_tokens: 9_000 }, { type: 'disabled' }],
    [{ enabled: false }, undefined, { type: 'disabled' }],
    [{ max_tokens: 2_000 }, { type: 'adaptive' }, { type: 'enabled', budget_tokens: 2_000 }],
    [
      { max_tokens: 2_000 },
      { type: 'enabled', budget_tokens: 9_000 },
      { type: 'enabled', budget_tokens: 2_000 },
    ],
    [{ max_tokens: 2_000 }, { type: 'disabled' }, { type: 'disabled' }],
    [
      { exclude: true },
      { type: 'enabled', budget_tokens: 9_000 },
      { type: 'enabled', budget_tokens: 9_000, display: 'omitted' },
    ],
  ])('thinking: %j and %j', (reasoning, thinking, expected) => {
    const sent = { thinking, reasoning: { max_tokens: 9_000 } };
    const made = body('messages', { reasoning }, sent);
    expect([made.thinking, made.reasoning]).toEqual([expected, undefined]);
  });

  it.each([
    [{ input: [{ type: 'additional_tools', tools: [{ type: 'web_search' }] }] }],
    [{ tools: [{ type: 'namespace', tools: [{ type: 'openrouter:web_search' }] }] }],
    [{ tools: [{ type: 'web_search_20250305', name: 'web_search' }] }],
    [{ mcp_servers: [{ url: 'https://example.com' }] }],
    [{ prompt: { id: 'pmpt_1' } }],
  ])('a search of the web that is turned off: %j', (client) => {
    const off = { plugins: [{ id: 'web', enabled: false }] };
    expect(() => body('responses', off, client)).toThrow(/turn off the plugin "web"/);
  });

  it('tools stay off', () => {
    const made = body('messages', { tool_choice: 'none' }, { tool_choice: { type: 'any' } });
    expect(made.tool_choice).toEqual({ type: 'none' });
  });
});
