import type { FormatName } from '../openrouter/formats/format.ts';
import { isRecord, without } from '../platform/record.ts';

type Parameters = Readonly<Record<string, unknown>>;

/**
 * Translates the parameters of an entry, which are those of `/chat/completions`, for another endpoint. Parameters that
 * only `/chat/completions` has are dropped, because providers reject unknown ones (OpenRouter's API description).
 */
export function parametersFor(format: FormatName, parameters: Parameters): Parameters {
  if (format === 'chat') return withoutUnreadLimits(format, parameters);
  const { messages: _, input: __, ...given } = parameters;
  const translated = format === 'responses' ? forResponses(given) : forMessages(given);
  const names = new Set(format === 'responses' ? notInResponses : notInMessages);
  const kept = Object.entries(withoutUnreadLimits(format, given)).filter(
    ([name]) => !names.has(name),
  );
  // Parameters under the endpoint's own names take precedence over translated ones.
  const defined = Object.entries(translated).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(defined), ...Object.fromEntries(kept) };
}

/** The names of the output token limit at the different endpoints. */
export const tokenLimits = ['max_tokens', 'max_completion_tokens', 'max_output_tokens'] as const;

/**
 * Limits that an endpoint does not read, although another one does (OpenRouter's API description). A request is priced
 * by its limits, and one that is ignored limits nothing.
 */
const unreadLimits: Readonly<Record<FormatName, ReadonlySet<string>>> = {
  chat: new Set(['max_output_tokens']),
  responses: new Set(['max_tokens', 'max_completion_tokens']),
  messages: new Set(['max_completion_tokens', 'max_output_tokens', 'max_tool_calls']),
};

export function withoutUnreadLimits(format: FormatName, parameters: Parameters): Parameters {
  const unread = unreadLimits[format];
  for (const name of unread) {
    if (Object.hasOwn(parameters, name)) return without(parameters, unread);
  }
  return parameters;
}

const chatOnly = [
  ...['logit_bias', 'logprobs', 'max_completion_tokens', 'min_p', 'prediction', 'reasoning_effort'],
  ...['include_reasoning', 'repetition_penalty', 'response_format', 'seed', 'stop', 'top_a', 'n'],
  ...['stream_options', 'tools', 'tool_choice', 'verbosity', 'web_search_options'],
];

const notInResponses = [...chatOnly, 'max_tokens', 'reasoning'];

const notInMessages = [
  ...[...chatOnly, 'max_tokens', 'reasoning', 'debug', 'frequency_penalty', 'image_config'],
  ...['max_tool_calls', 'modalities', 'parallel_tool_calls', 'presence_penalty', 'top_logprobs'],
  ...['prompt_cache_key', 'prompt_cache_options'],
];

function forResponses(given: Parameters): Parameters {
  const { response_format: format, verbosity } = given;
  const text = {
    ...(isRecord(format) ? { format: flattened(format, 'json_schema') } : {}),
    ...(verbosity === undefined ? {} : { verbosity }),
  };
  const { tool_choice: choice } = given;
  return {
    max_output_tokens: fewest([given.max_tokens, given.max_completion_tokens]),
    reasoning: reasoningOf(given),
    text: Object.keys(text).length === 0 ? undefined : text,
    tools: mapTools(given.tools, (tool) => flattened(tool, 'function')),
    tool_choice: isRecord(choice) ? flattened(choice, 'function') : choice,
  };
}

function forMessages(given: Parameters): Parameters {
  const { max_tool_calls: calls, stop, response_format } = given;
  const { effort, ...reasoning } = reasoningOf(given) ?? {};
  const format = isRecord(response_format) ? flattened(response_format, 'json_schema') : {};
  const output = {
    ...(typeof effort === 'string' && effort !== 'none' ? { effort } : {}),
    ...(format.type === 'json_schema'
      ? { format: { type: 'json_schema', schema: format.schema } }
      : {}),
  };
  return {
    max_tokens: fewest([given.max_tokens, given.max_completion_tokens]),
    thinking: thinkingOf({ ...reasoning, effort }),
    output_config: Object.keys(output).length === 0 ? undefined : output,
    stop_sequences: typeof stop === 'string' ? [stop] : (stop ?? undefined),
    stop_server_tools_when:
      typeof calls === 'number' ? [{ type: 'step_count_is', step_count: calls }] : undefined,
    tools: mapTools(given.tools, anthropicTool),
    tool_choice: anthropicChoice(given.tool_choice),
  };
}

function fewest(limits: readonly unknown[]): number | undefined {
  const set = limits.filter((limit) => typeof limit === 'number');
  return set.length === 0 ? undefined : Math.min(...set);
}

function reasoningOf(given: Parameters): Parameters | undefined {
  const { reasoning, reasoning_effort: effort, include_reasoning: included } = given;
  const all = {
    ...(effort == null ? {} : { effort }),
    ...(included === false ? { exclude: true } : {}),
    ...(isRecord(reasoning) ? reasoning : {}),
  };
  return Object.keys(all).length === 0 ? undefined : all;
}

function thinkingOf({ enabled, effort, max_tokens: most, exclude }: Parameters) {
  if (enabled === false || effort === 'none') return { type: 'disabled' };
  const display = exclude === true ? { display: 'omitted' } : {};
  if (typeof most === 'number') return { type: 'enabled', budget_tokens: most, ...display };
  return enabled === true || exclude === true ? { type: 'adaptive', ...display } : undefined;
}

/** `{ type, [name]: { … } }` as `{ type, … }`. */
function flattened(member: Parameters, name: string): Parameters {
  const { [name]: inner, ...rest } = member;
  return isRecord(inner) ? { ...rest, ...inner } : member;
}

function mapTools(tools: unknown, change: (tool: Parameters) => Parameters): unknown {
  return Array.isArray(tools) ? tools.map((tool) => (isRecord(tool) ? change(tool) : tool)) : tools;
}

function anthropicTool(tool: Parameters): Parameters {
  if (!isRecord(tool.function)) return tool;
  const { name, description, parameters = { type: 'object' } } = tool.function;
  return { name, ...(description == null ? {} : { description }), input_schema: parameters };
}

function anthropicChoice(choice: unknown): unknown {
  if (choice === 'required') return { type: 'any' };
  if (typeof choice === 'string') return { type: choice };
  const chosen = isRecord(choice) ? choice.function : undefined;
  return isRecord(chosen) ? { type: 'tool', name: chosen.name } : choice;
}
