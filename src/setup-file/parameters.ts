import { isRecord } from '../platform/record.ts';
import { type Cursor, memberName, memberOf, report, reportValue } from './cursor.ts';
import type { Entry } from './entry.ts';
import type { SetupProblem } from './problems.ts';
import {
  choice,
  either,
  flag,
  list,
  members,
  number,
  object,
  type Rule,
  type Rules,
  readMembers,
  text,
  whole,
} from './rules.ts';

const string = text('a text');
const anyObject = object('with members');
const positive = whole(1);

const decimal = /^\d+(\.\d+)?$/;

/** A number or its text, as OpenRouter takes both: USD per million tokens, or each. */
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
const providerNames = list(string, 'provider names');

/** The members of `provider` (OpenRouter's API description, `ProviderPreferences`). */
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

const pluginId = choice([
  ...['auto-beta-router', 'auto-router', 'context-compression', 'file-parser', 'fusion'],
  ...['moderation', 'pareto-router', 'response-healing', 'web', 'web-fetch'],
]);
const plugin: Rule = {
  read: (cursor) => {
    if (!isRecord(cursor.value)) {
      return reportValue(cursor, 'shape', 'must be an object with an id');
    }
    const id = memberOf(cursor, 'id');
    if (id.value === undefined) report(cursor, 'missing', `${memberName(cursor.path)} has no id`);
    pluginId.read(id);
  },
  schema: { type: 'object', properties: { id: pluginId.schema }, required: ['id'] },
};

const mostStops = 4;
const stops = list(string, 'texts');
const stop = either(
  Array.isArray,
  {
    read: (cursor) => {
      stops.read(cursor);
      const { value } = cursor;
      if (!Array.isArray(value) || value.length <= mostStops) return;
      const message = `${memberName(cursor.path)} has ${value.length} texts; the most is ${mostStops}`;
      report(cursor, 'range', message);
    },
    schema: { ...stops.schema, maxItems: mostStops },
  },
  string,
);

const responseFormat = choice(['text', 'json_object', 'json_schema', 'grammar', 'python']);

/**
 * The parameters of a request to `/chat/completions`: OpenRouter's API description (`ChatRequest`), and the page
 * openrouter.ai/docs/api/reference/parameters for ranges and what is older than the description. OpenRouter ignores any
 * other name without a word.
 */
export const requestParameters: Rules = {
  cache_control: members({ type: choice(['ephemeral']), ttl: choice(['5m', '1h']) }),
  debug: anyObject,
  frequency_penalty: number(-2, 2),
  image_config: anyObject,
  include_reasoning: flag,
  logit_bias: anyObject,
  logprobs: flag,
  max_completion_tokens: positive,
  max_tokens: positive,
  max_tool_calls: positive,
  metadata: anyObject,
  min_p: number(0, 1),
  modalities: list(choice(['text', 'image', 'audio']), 'modalities'),
  n: positive,
  parallel_tool_calls: flag,
  plugins: list(plugin, 'plugins'),
  prediction: anyObject,
  presence_penalty: number(-2, 2),
  preset: string,
  prompt_cache_key: string,
  prompt_cache_options: anyObject,
  provider: members(providerMembers),
  reasoning,
  reasoning_effort: efforts,
  repetition_penalty: number(0, 2),
  response_format: {
    read: (cursor) => {
      anyObject.read(cursor);
      responseFormat.read(memberOf(cursor, 'type'));
    },
    schema: { type: 'object', properties: { type: responseFormat.schema } },
  },
  seed: whole(Number.MIN_SAFE_INTEGER),
  service_tier: choice(['auto', 'default', 'fast', 'flex', 'priority', 'scale', 'standard']),
  session_id: string,
  speed: choice(['fast', 'standard']),
  stop,
  stop_server_tools_when: list(anyObject, 'conditions'),
  stream: flag,
  stream_options: anyObject,
  structured_outputs: flag,
  temperature: number(0, 2),
  tool_choice: either(isRecord, anyObject, choice(['none', 'auto', 'required'])),
  tools: list(anyObject, 'tools'),
  top_a: number(0, 1),
  top_k: whole(0),
  top_logprobs: whole(0, 20),
  top_p: number(0, 1),
  trace: anyObject,
  transforms: list(string, 'transforms'),
  usage: anyObject,
  user: string,
  verbosity: choice(['low', 'medium', 'high', 'xhigh', 'max']),
  web_search_options: anyObject,
  ...withoutEffect({
    messages: 'the messages come from the request',
    model: 'write defaultModel beside parameters',
    models: 'write fallbackModels beside parameters',
    route: 'the models of the entry are tried in their order',
  }),
};

function withoutEffect(reasons: Readonly<Record<string, string>>): Rules {
  const rules = Object.entries(reasons).map(([name, why]): [string, Rule] => [
    name,
    {
      read: (cursor) => {
        const message = `${memberName(cursor.path)} has no effect: ${why}`;
        report(cursor, 'unknown-key', message, { part: 'key' });
      },
      schema: { not: {}, description: `No effect: ${why}` },
    },
  ]);
  return Object.fromEntries(rules);
}

/** Whether it is a parameter of OpenRouter that the entry or the request decides. */
export function isWithoutEffect(name: unknown): boolean {
  return ['messages', 'model', 'models', 'route'].includes(String(name));
}

/** What is wrong with the `parameters` of the entries, in OpenRouter's eyes. */
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
