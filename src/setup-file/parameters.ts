import { nearestName } from '../platform/nearest.ts';
import { isRecord } from '../platform/record.ts';
import {
  type Cursor,
  memberName,
  memberOf,
  readBoolean,
  readChoice,
  readList,
  readNumber,
  readRecord,
  readString,
  report,
  reportUnknownKey,
  reportValue,
} from './cursor.ts';
import type { Entry } from './entry.ts';
import type { SetupProblem } from './problems.ts';

/** Reads a value and reports what is wrong with it. */
type Reader = (cursor: Cursor) => void;

type Members = Readonly<Record<string, Reader>>;

const flag: Reader = readBoolean;
const text: Reader = (cursor) => readString(cursor, 'a text');

const object: Reader = (cursor) => readRecord(cursor, 'with members');
const count = whole(1);

function number(from: number, to: number): Reader {
  return (cursor) => readNumber(cursor, from, to);
}

function whole(from: number, to = Number.MAX_SAFE_INTEGER): Reader {
  return (cursor) => {
    const value = readNumber(cursor, from, to);
    if (value !== null && !Number.isInteger(value)) {
      reportValue(cursor, 'range', 'must be a whole number');
    }
  };
}

function choice(...choices: readonly string[]): Reader {
  return (cursor) => readChoice(cursor, choices);
}

function list(item: Reader, many: string): Reader {
  return (cursor) => {
    const { value } = cursor;
    if (typeof value === 'string') readList(cursor, { many, one: many });
    else if (!Array.isArray(value)) reportValue(cursor, 'type', `must be a list of ${many}`);
    else for (const index of value.keys()) visit(itemOf(cursor, index), item);
  };
}

function either(isFirst: (value: unknown) => boolean, first: Reader, second: Reader): Reader {
  return (cursor) => (isFirst(cursor.value) ? first : second)(cursor);
}

/** Reads an object with these members and no others. */
function members(known: Members): Reader {
  return (cursor) => {
    const value = readRecord(cursor, `with ${Object.keys(known).slice(0, 3).join(', ')}…`);
    if (value !== null) readMembers(cursor, known);
  };
}

function readMembers(cursor: Cursor, known: Members): void {
  const present = Object.keys(isRecord(cursor.value) ? cursor.value : {});
  const names = Object.keys(known);
  for (const name of present) {
    const member = memberOf(cursor, name);
    const read = Object.hasOwn(known, name) ? known[name] : undefined;
    if (read === undefined) reportUnknownKey(member, meantBy(name, names), present);
    else visit(member, read);
  }
}

/** Null stands for nothing, as it does for OpenRouter. */
function visit(cursor: Cursor, read: Reader): void {
  if (cursor.value !== null) read(cursor);
}

function itemOf(cursor: Cursor, index: number): Cursor {
  const value: unknown = Array.isArray(cursor.value) ? cursor.value[index] : undefined;
  return { ...cursor, value, path: [...cursor.path, index] };
}

function meantBy(name: string, names: readonly string[]): string | null {
  return names.find((known) => known === otherNames[name]) ?? nearestName(name, names);
}

/** What other APIs and programs call them. */
const otherNames: Readonly<Record<string, string>> = {
  max_output_tokens: 'max_tokens',
  maxOutputTokens: 'max_tokens',
  stop_sequences: 'stop',
  budget_tokens: 'max_tokens',
  exclude: 'ignore',
  prefer: 'order',
  providers: 'only',
};

/** A number or its text, as OpenRouter takes both: USD per million tokens, or each. */
const price: Reader = (cursor) => {
  const { value } = cursor;
  const isAmount = typeof value === 'number' ? value >= 0 : /^\d+(\.\d+)?$/.test(String(value));
  if (!isAmount) reportValue(cursor, 'type', 'must be an amount in USD, 0 or more');
};

const sortings = choice('price', 'throughput', 'latency', 'exacto');
const cutoffs = either(
  isRecord,
  members(percentiles(number(0, Number.MAX_VALUE))),
  number(0, Number.MAX_VALUE),
);
const providerNames = list(text, 'provider names');

function percentiles(read: Reader): Members {
  return { p50: read, p75: read, p90: read, p99: read };
}

/** The members of `provider` (OpenRouter's API description, `ProviderPreferences`). */
export const providerMembers: Members = {
  allow_fallbacks: flag,
  data_collection: choice('deny', 'allow'),
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
    choice(
      ...['int4', 'int8', 'fp4', 'mxfp4', 'nvfp4', 'fp6', 'fp8', 'mxfp8'],
      ...['fp16', 'bf16', 'fp32', 'unknown'],
    ),
    'quantizations',
  ),
  require_parameters: flag,
  sort: either(isRecord, members({ by: sortings, partition: choice('model', 'none') }), sortings),
  zdr: flag,
};

const efforts = choice('max', 'xhigh', 'high', 'medium', 'low', 'minimal', 'none');

const reasoningMembers: Members = {
  effort: efforts,
  max_tokens: count,
  exclude: flag,
  enabled: flag,
  summary: choice('auto', 'concise', 'detailed'),
  context: choice('auto', 'all_turns', 'current_turn'),
  mode: choice('standard', 'pro'),
};

const reasoning: Reader = (cursor) => {
  members(reasoningMembers)(cursor);
  const [effort, tokens] = ['effort', 'max_tokens'].map((name) => memberOf(cursor, name));
  if (effort?.value == null || tokens?.value == null) return;
  const message = `${memberName(tokens.path)} and ${memberName(effort.path)} exclude each other; keep one`;
  report(tokens, 'range', message, { part: 'key' });
};

const plugin: Reader = (cursor) => {
  if (!isRecord(cursor.value)) return reportValue(cursor, 'shape', 'must be an object with an id');
  const id = memberOf(cursor, 'id');
  if (id.value === undefined) report(cursor, 'missing', `${memberName(cursor.path)} has no id`);
  readChoice(id, [
    ...['auto-beta-router', 'auto-router', 'context-compression', 'file-parser', 'fusion'],
    ...['moderation', 'pareto-router', 'response-healing', 'web', 'web-fetch'],
  ]);
};

const stop = either(
  Array.isArray,
  (cursor) => {
    list(text, 'texts')(cursor);
    const { value } = cursor;
    if (Array.isArray(value) && value.length > 4) {
      report(
        cursor,
        'range',
        `${memberName(cursor.path)} has ${value.length} texts; the most is 4`,
      );
    }
  },
  text,
);

/**
 * The parameters of a request to `/chat/completions`: OpenRouter's API description (`ChatRequest`), and the page
 * openrouter.ai/docs/api/reference/parameters for ranges and what is older than the description. OpenRouter ignores any
 * other name without a word.
 */
export const requestParameters: Members = {
  cache_control: members({ type: choice('ephemeral'), ttl: choice('5m', '1h') }),
  debug: object,
  frequency_penalty: number(-2, 2),
  image_config: object,
  include_reasoning: flag,
  logit_bias: object,
  logprobs: flag,
  max_completion_tokens: count,
  max_tokens: count,
  max_tool_calls: count,
  metadata: object,
  min_p: number(0, 1),
  modalities: list(choice('text', 'image', 'audio'), 'modalities'),
  n: count,
  parallel_tool_calls: flag,
  plugins: list(plugin, 'plugins'),
  prediction: object,
  presence_penalty: number(-2, 2),
  preset: text,
  prompt_cache_key: text,
  prompt_cache_options: object,
  provider: members(providerMembers),
  reasoning,
  reasoning_effort: efforts,
  repetition_penalty: number(0, 2),
  response_format: either(
    isRecord,
    (cursor) =>
      readChoice(memberOf(cursor, 'type'), [
        ...['text', 'json_object', 'json_schema', 'grammar', 'python'],
      ]),
    object,
  ),
  seed: whole(Number.MIN_SAFE_INTEGER),
  service_tier: choice('auto', 'default', 'fast', 'flex', 'priority', 'scale', 'standard'),
  session_id: text,
  speed: choice('fast', 'standard'),
  stop,
  stop_server_tools_when: list(object, 'conditions'),
  stream: flag,
  stream_options: object,
  structured_outputs: flag,
  temperature: number(0, 2),
  tool_choice: either(isRecord, object, choice('none', 'auto', 'required')),
  tools: list(object, 'tools'),
  top_a: number(0, 1),
  top_k: whole(0),
  top_logprobs: whole(0, 20),
  top_p: number(0, 1),
  trace: object,
  transforms: list(text, 'transforms'),
  usage: object,
  user: text,
  verbosity: choice('low', 'medium', 'high', 'xhigh', 'max'),
  web_search_options: object,
  ...withoutEffect({
    messages: 'the messages come from the request',
    model: 'write defaultModel beside parameters',
    models: 'write fallbackModels beside parameters',
    route: 'the models of the entry are tried in their order',
  }),
};

function withoutEffect(reasons: Readonly<Record<string, string>>): Members {
  const readers = Object.entries(reasons).map(([name, why]): [string, Reader] => [
    name,
    (cursor) => {
      const message = `${memberName(cursor.path)} has no effect: ${why}`;
      report(cursor, 'unknown-key', message, { part: 'key' });
    },
  ]);
  return Object.fromEntries(readers);
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
