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

describe('the parameters of an entry', () => {
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

describe('a client cannot have more than the entry allows', () => {
  const body = (
    format: 'responses' | 'messages',
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
