import { describe, expect, it } from 'vitest';
import { questionFor } from '../../src/probe/plan.ts';
import { answer } from './worlds.ts';

const tools = questionFor({ tools: true, stream: false }, undefined);
const stream = questionFor({ tools: false, stream: true }, undefined);

describe('the question without further demands', () => {
  it('accepts any answer', () => {
    const plain = questionFor({ tools: false, stream: false }, undefined);
    expect(plain.shortfall(answer())).toBeNull();
    expect(plain.extra).toEqual({});
  });
});

describe('the question that asks for a tool call', () => {
  const call = (name: string, args: string) =>
    answer({ hasToolCalls: true, toolCalls: [{ name, arguments: args }] });

  it('passes when the tool is called by its name with JSON', () => {
    expect(tools.shortfall(call('report_ready', '{"ready":true}'))).toBeNull();
  });

  it.each([
    ['words only', answer()],
    ['another tool', call('other', '{}')],
    ['arguments that are no JSON', call('report_ready', '{"ready":')],
    ['arguments that are no object', call('report_ready', 'true')],
  ])('does not accept %s', (_what, reply) => {
    expect(tools.shortfall(reply)).toEqual(expect.any(String));
  });

  it('leaves the choice to the model, as a real request does', () => {
    expect(tools.extra).toMatchObject({ tool_choice: 'auto' });
  });
});

describe('the question that asks for a long stream', () => {
  it('needs a finish reason and the usage', () => {
    expect(stream.shortfall(answer())).toBeNull();
    expect(stream.shortfall(answer({ finishReason: null }))).toEqual(expect.any(String));
    expect(stream.shortfall(answer({ usage: null }))).toEqual(expect.any(String));
  });
});
