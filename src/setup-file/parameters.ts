import { isRecord } from '../platform/record.ts';
import { type Cursor, memberName, memberOf, report, reportValue } from './cursor.ts';
import type { Entry } from './entry.ts';
import type { SetupProblem } from './problems.ts';
import { plugin } from './request-plugins.ts';
import {
  choice,
  either,
  flag,
  list,
  mapOf,
  members,
  number,
  object,
  type Rule,
  type Rules,
  readMembers,
  requireMembers,
  string,
  text,
  whole,
} from './rules.ts';

const anyText = string();
const anyObject = object('with members');
const positive = whole(1);

const decimal = /^\d+(\.\d+)?$/;

/** A number or a numeric string, since OpenRouter accepts both: USD per million tokens, or per unit. */
const price: Rule = {
  read: (cursor) => {
    const { value } = cursor;
    const isAmount =
      typeof value === 'number' ? value >= 0 && Number.isFinite(value) : isDecimal(value);
    if (!isAmount) reportValue(cursor, 'type', 'must be an amount in USD, 0 or more');
  },
  schema: {
    anyOf: [
      { type: 'number', minimum: 0 },
      { type: 'string', pattern: decimal.source },
    ],
  },
};

function isDecimal(value: unknown): boolean {
  return typeof value === 'string' && decimal.test(value);
}

const sortings = choice(['price', 'throughput', 'latency', 'exacto']);
const cutoff = number(0);
const cutoffs = either(
  isRecord,
  members({ p50: cutoff, p75: cutoff, p90: cutoff, p99: cutoff }),
  cutoff,
);
const providerNames = list(text('a provider name'), 'provider names');

/** The members of `provider` (`ProviderPreferences` in OpenRouter's API description). */
export const providerMembers: Rules = {
  allow_fallbacks: flag,
  data_collection: choice(['deny', 'allow']),
  enforce_distillable_text: flag,
  ignore: providerNames,
  max_price: members({
    prompt: price,
    completion: price,
    request: price,
    image: price,
    audio: price,
  }),
  only: providerNames,
  order: providerNames,
  preferred_max_latency: cutoffs,
  preferred_min_throughput: cutoffs,
  quantizations: list(
    choice([
      ...['int4', 'int8', 'fp4', 'mxfp4', 'nvfp4', 'fp6', 'fp8', 'mxfp8'],
      ...['fp16', 'bf16', 'fp32', 'unknown'],
    ]),
    'quantizations',
  ),
  require_parameters: flag,
  sort: either(isRecord, members({ by: sortings, partition: choice(['model', 'none']) }), sortings),
  zdr: flag,
};

const efforts = choice(['max', 'xhigh', 'high', 'medium', 'low', 'minimal', 'none']);

const reasoningMembers: Rules = {
  effort: efforts,
  max_tokens: positive,
  exclude: flag,
  enabled: flag,
  summary: choice(['auto', 'concise', 'detailed']),
  context: choice(['auto', 'all_turns', 'current_turn']),
  mode: choice(['standard', 'pro']),
};

const isSet = { not: { type: 'null' } };
const reasoningObject = members(reasoningMembers);
const reasoning: Rule = {
  read: (cursor) => {
    reasoningObject.read(cursor);
    const [effort, tokens] = ['effort', 'max_tokens'].map((name) => memberOf(cursor, name));
    if (effort?.value == null || tokens?.value == null) return;
    const message = `${memberName(tokens.path)} and ${memberName(effort.path)} exclude each other; keep one`;
    report(tokens, 'range', message, { part: 'key' });
  },
  schema: {
    ...reasoningObject.schema,
    not: {
      properties: { effort: isSet, max_tokens: isSet },
      required: ['effort', 'max_tokens'],
    },
  },
};

const stop = either(Array.isArray, list(anyText, 'texts', { max: 4 }), anyText);

/** An object whose `type` is the name of another member that it requires. */
function byType(base: Rule, needs: Rules): Rule {
  return {
    read: (cursor) => {
      base.read(cursor);
      const type = String(memberOf(cursor, 'type').value);
      const own = memberOf(cursor, type);
      if (!Object.hasOwn(needs, type) || !isRecord(cursor.value)) return;
      requireMembers(cursor, [type]);
      if (own.value != null) needs[type]?.read(own);
    },
    schema: {
      ...base.schema,
      allOf: Object.entries(needs).map(([type, { schema }]) => ({
        if: { properties: { type: { const: type } }, required: ['type'] },
        // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
        then: { properties: { [type]: schema }, required: [type] },
      })),
    },
  };
}

const any: Rule = { read: () => undefined, schema: {} };

const responseFormat = byType(
  members(
    {
      type: choice(['text', 'json_object', 'json_schema', 'grammar', 'python']),
      json_schema: any,
      grammar: any,
    },
    ['type'],
  ),
  {
    grammar: anyText,
    json_schema: members(
      { name: string(64), description: anyText, schema: anyObject, strict: flag },
      ['name'],
    ),
  },
);

const serverTools = [
  ...['advisor', 'bash', 'datetime', 'experimental__search_models', 'files', 'fusion'],
  ...['image_generation', 'subagent', 'web_fetch', 'web_search'],
].map((name) => `openrouter:${name}`);
const toolType = choice([
  'function',
  ...serverTools,
  ...['web_search', 'web_search_preview'],
  ...['web_search_2025_08_26', 'web_search_preview_2025_03_11'],
]);
const tool = byType(
  {
    read: (cursor) => {
      if (anyObject.read(cursor) === null) return;
      requireMembers(cursor, ['type']);
      const type = memberOf(cursor, 'type');
      if (type.value != null) toolType.read(type);
    },
    schema: { type: 'object', properties: { type: toolType.schema }, required: ['type'] },
  },
  {
    function: members(
      { name: string(64), description: anyText, parameters: anyObject, strict: flag },
      ['name'],
    ),
  },
);

/** OpenRouter's parameters that the entry or the request decides, each with the reason. */
const decidedElsewhere = {
  messages: 'the messages come from the request',
  model: 'write defaultModel beside parameters',
  models: 'write fallbackModels beside parameters',
  route: 'the models of the entry are tried in their order',
};

/**
 * The parameters of a request to `/chat/completions`, from OpenRouter's API description (`ChatRequest`), and from
 * openrouter.ai/docs/api/reference/parameters for ranges and for parameters that the description no longer has.
 * OpenRouter silently ignores all other names.
 */
export const requestParameters: Rules = {
  audio: members({
    voice: anyText,
    format: choice(['wav', 'aac', 'mp3', 'flac', 'opus', 'pcm16']),
  }),
  cache_control: members({ type: choice(['ephemeral']), ttl: choice(['5m', '1h']) }, ['type']),
  debug: members({ echo_upstream_body: flag }),
  frequency_penalty: number(-2, 2),
  image_config: anyObject,
  include_reasoning: flag,
  logit_bias: mapOf(number(-100, 100), 'of tokens and numbers'),
  logprobs: flag,
  max_completion_tokens: positive,
  max_tokens: positive,
  max_tool_calls: positive,
  metadata: mapOf(anyText, 'of texts'),
  min_p: number(0, 1),
  modalities: list(choice(['text', 'image', 'audio']), 'modalities'),
  n: positive,
  parallel_tool_calls: flag,
  plugins: list(plugin, 'plugins'),
  prediction: object('with type and content'),
  presence_penalty: number(-2, 2),
  preset: text('a preset'),
  prompt_cache_key: anyText,
  prompt_cache_options: members({ mode: choice(['explicit']), ttl: anyText }, ['mode']),
  provider: members(providerMembers),
  reasoning,
  reasoning_effort: efforts,
  repetition_penalty: number(0, 2),
  response_format: responseFormat,
  seed: whole(Number.MIN_SAFE_INTEGER),
  service_tier: choice(['auto', 'default', 'fast', 'flex', 'priority', 'scale', 'standard']),
  session_id: string(256),
  speed: choice(['fast', 'standard']),
  stop,
  stop_server_tools_when: list(anyObject, 'conditions', { min: 1 }),
  stream: flag,
  stream_options: members({ include_usage: flag }),
  structured_outputs: flag,
  temperature: number(0, 2),
  tool_choice: either(isRecord, anyObject, choice(['none', 'auto', 'required'])),
  tools: list(tool, 'tools'),
  top_a: number(0, 1),
  top_k: whole(0),
  top_logprobs: whole(0, 20),
  top_p: number(0, 1),
  trace: anyObject,
  transforms: list(choice(['middle-out']), 'transforms'),
  usage: members({ include: flag }),
  user: anyText,
  verbosity: choice(['low', 'medium', 'high', 'xhigh', 'max']),
  web_search_options: members({
    search_context_size: choice(['low', 'medium', 'high']),
    user_location: anyObject,
  }),
  ...withoutEffect(decidedElsewhere),
  ...withoutEffect(
    Object.fromEntries(
      Object.keys(providerMembers).map((name) => [name, 'it belongs in provider']),
    ),
    (name) => ({ suggestion: `provider.${name}` }),
  ),
};

function withoutEffect(
  reasons: Readonly<Record<string, string>>,
  more: (name: string) => Pick<SetupProblem, 'suggestion'> = () => ({}),
): Rules {
  const rules = Object.entries(reasons).map(([name, why]): [string, Rule] => [
    name,
    {
      read: (cursor) => {
        const message = `${memberName(cursor.path)} has no effect: ${why}`;
        report(cursor, 'unknown-key', message, { part: 'key', ...more(name) });
      },
      schema: { not: {}, description: `No effect: ${why}` },
    },
  ]);
  return Object.fromEntries(rules);
}

/** Whether this is an OpenRouter parameter that has no effect here, because the entry or the request decides it. */
export function isWithoutEffect(name: unknown): boolean {
  return Object.hasOwn(decidedElsewhere, String(name));
}

/** The problems that OpenRouter would have with the `parameters` of the entries. */
export function parameterProblems({
  entries,
  value,
}: {
  readonly entries: readonly Pick<Entry, 'path'>[];
  readonly value: unknown;
}): SetupProblem[] {
  const problems: SetupProblem[] = [];
  for (const { path } of entries) {
    const root: Cursor = { value, path: [], problems };
    const parameters = [...path, 'parameters'].reduce<Cursor>(
      (cursor, name) => memberOf(cursor, String(name)),
      root,
    );
    if (isRecord(parameters.value)) readMembers(parameters, requestParameters);
  }
  return problems;
}
