/**
 * Further prices of the sandbox's models from OpenRouter's list of April 2026. A line is id | name=USD … with the
 * API's names of the prices.
 */
export const extraPrices = `
anthropic/claude-opus-4.7 | web_search=0.01 input_cache_read=0.0000005 input_cache_write=0.00000625
anthropic/claude-opus-4.6 | web_search=0.01 input_cache_read=0.0000005 input_cache_write=0.00000625
anthropic/claude-opus-4.1 | web_search=0.01 input_cache_read=0.0000015 input_cache_write=0.00001875
anthropic/claude-sonnet-4.6 | web_search=0.01 input_cache_read=0.0000003 input_cache_write=0.00000375
anthropic/claude-sonnet-4.5 | web_search=0.01 input_cache_read=0.0000003 input_cache_write=0.00000375
anthropic/claude-sonnet-4 | web_search=0.01 input_cache_read=0.0000003 input_cache_write=0.00000375
anthropic/claude-haiku-4.5 | web_search=0.01 input_cache_read=0.0000001 input_cache_write=0.00000125
anthropic/claude-3.5-haiku | web_search=0.01 input_cache_read=0.00000008 input_cache_write=0.000001
anthropic/claude-3-haiku | input_cache_read=0.00000003 input_cache_write=0.0000003
openai/gpt-5.4 | web_search=0.01 input_cache_read=0.00000025
openai/gpt-5.4-mini | web_search=0.01 input_cache_read=0.000000075
openai/gpt-5.4-nano | web_search=0.01 input_cache_read=0.00000002
openai/gpt-5.1 | input_cache_read=0.00000013
openai/gpt-5 | input_cache_read=0.000000125
openai/gpt-5-mini | web_search=0.01 input_cache_read=0.000000025
openai/gpt-5-nano | input_cache_read=0.00000001
openai/gpt-5-chat | web_search=0.01 input_cache_read=0.000000125
openai/gpt-4.1 | input_cache_read=0.0000005
openai/gpt-4.1-mini | web_search=0.01 input_cache_read=0.0000001
openai/gpt-4.1-nano | web_search=0.01 input_cache_read=0.000000025
openai/gpt-4o-mini | input_cache_read=0.000000075
openai/o3 | web_search=0.01 input_cache_read=0.0000005
openai/o4-mini | web_search=0.01 input_cache_read=0.000000275
openai/gpt-4o-search-preview | web_search=0.035
google/gemini-3.1-pro-preview | image=0.000002 audio=0.000002 internal_reasoning=0.000012 input_cache_read=0.0000002 input_cache_write=0.000000375
google/gemini-3-flash-preview | image=0.0000005 audio=0.000001 internal_reasoning=0.000003 input_cache_read=0.00000005 input_cache_write=0.00000008333333333333334
google/gemini-2.5-pro | image=0.00000125 audio=0.00000125 internal_reasoning=0.00001 input_cache_read=0.000000125 input_cache_write=0.000000375
google/gemini-2.5-flash | image=0.0000003 audio=0.000001 internal_reasoning=0.0000025 input_cache_read=0.00000003 input_cache_write=0.00000008333333333333334
google/gemini-2.5-flash-lite | image=0.0000001 audio=0.0000003 internal_reasoning=0.0000004 input_cache_read=0.00000001 input_cache_write=0.00000008333333333333334
google/gemma-4-31b-it | input_cache_read=0.0000000199999995
deepseek/deepseek-v3.2 | input_cache_read=0.00000013
deepseek/deepseek-r1-0528 | input_cache_read=0.00000035
mistralai/mistral-large | input_cache_read=0.0000002
mistralai/mistral-large-2512 | input_cache_read=0.00000005
mistralai/mistral-medium-3.1 | input_cache_read=0.00000004
mistralai/codestral-2508 | input_cache_read=0.00000003
qwen/qwen3.6-plus | input_cache_write=0.00000040625
qwen/qwen3-max | input_cache_read=0.000000156 input_cache_write=0.000000975
qwen/qwen3-coder | input_cache_read=0.000000022
qwen/qwen3-32b | input_cache_read=0.00000004
x-ai/grok-4.20 | web_search=0.005 input_cache_read=0.0000002
x-ai/grok-4 | web_search=0.005 input_cache_read=0.00000075
x-ai/grok-4.1-fast | web_search=0.005 input_cache_read=0.00000005
x-ai/grok-code-fast-1 | web_search=0.005 input_cache_read=0.00000002
moonshotai/kimi-k2.5 | input_cache_read=0.00000019135
z-ai/glm-4.5-air | input_cache_read=0.000000025
minimax/minimax-m2.5 | input_cache_read=0.000000059
perplexity/sonar | web_search=0.005
perplexity/sonar-pro | web_search=0.005
`;

/** Conditional prices, e.g. for long prompts, in the API's format. */
export const priceOverrides: ReadonlyMap<string, readonly PriceOverride[]> = new Map([
  ['anthropic/claude-sonnet-4', [longSonnet()]],
  ['anthropic/claude-sonnet-4.5', [longSonnet()]],
  ['google/gemini-2.5-pro', [above200k({ prompt: '0.0000025', completion: '0.000015' })]],
  ['google/gemini-3.1-pro-preview', [above200k({ prompt: '0.000004', completion: '0.000018' })]],
]);

export type PriceOverride = Readonly<Record<string, string | number>>;

function longSonnet(): PriceOverride {
  return above200k({
    prompt: '0.000006',
    completion: '0.0000225',
    input_cache_read: '0.0000006',
    input_cache_write: '0.0000075',
  });
}

function above200k(prices: Readonly<Record<string, string>>): PriceOverride {
  return { min_prompt_tokens: 200_000, ...prices };
}
