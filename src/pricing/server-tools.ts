import Big from 'big.js';
import { isRecord } from '../platform/record.ts';
import { serverTools } from '../routing/features.ts';
import type { Unpriced } from './find-price.ts';
import type { RequestBody } from './measure.ts';
import { isNative, type NativeSearch, positive, type Searches, searchOf } from './web-search.ts';

const isSearch = (type: string) => /^(openrouter:)?web_search(_|$)/.test(type);
const isFetch = (type: string) => /^(openrouter:)?web_fetch(_|$)/.test(type);
const isDatetime = (type: string) => type === 'openrouter:datetime';

/** USD per page, with the most expensive engine. */
const fetchPrice = new Big('0.0025');

/** OpenRouter's limit of steps where a request sets none. */
const maxSteps = 30;

/** The first tool without a known price, or a loop of tools without a limit; null without either. */
export function unpricedTool(body: RequestBody): Unpriced | null {
  const types = serverTools(body).map(({ type }) => String(type));
  const unknown = types.find((type) => !isSearch(type) && !isFetch(type) && !isDatetime(type));
  if (unknown !== undefined) {
    const name = JSON.stringify(unknown.slice(0, 100));
    return {
      unpriced: `the tool ${name} runs at OpenRouter, and its cost is unknown in advance`,
      fix: `take ${name} out of tools`,
    };
  }
  if (types.length === 0 || stepLimit(body) !== null) return null;
  return {
    unpriced: 'stop_server_tools_when sets no limit of steps',
    fix: 'add {"type":"step_count_is","step_count":1} to it, or leave it out',
  };
}

/** The sum of all uses; `more` are tools given as plugins. Null without a tool. */
export function serverToolUses(
  body: RequestBody,
  more: readonly RequestBody[],
  native: NativeSearch,
): Searches | null {
  const uses = [...serverTools(body), ...more].flatMap((tool) =>
    settingsOf(tool).map((settings) => usesOf(String(tool.type), settings, native)),
  );
  if (uses.length === 0) return null;
  const count = uses.reduce((sum, each) => sum + each.count, 0);
  return {
    count: Math.min(count, stepLimit(body) ?? maxSteps),
    tokensEach: Math.max(...uses.map(({ tokensEach }) => tokensEach)),
    usdEach: uses.map(({ usdEach }) => usdEach).reduce((a, b) => (a.gt(b) ? a : b)),
  };
}

/**
 * OpenRouter's own tools have their settings only in `parameters`. Tools with the names of other vendors may have them in
 * both places, of which it is unknown which counts.
 */
function settingsOf(tool: RequestBody): readonly RequestBody[] {
  const parameters = isRecord(tool.parameters) ? tool.parameters : {};
  if (String(tool.type).startsWith('openrouter:')) return [parameters];
  return Object.keys(parameters).some((name) => Object.hasOwn(tool, name))
    ? [
        { ...tool, ...parameters },
        { ...parameters, ...tool },
      ]
    : [{ ...tool, ...parameters }];
}

function usesOf(type: string, config: RequestBody, native: NativeSearch): Searches {
  const requested = positive(config.max_uses);
  if (isSearch(type)) {
    const isKept = native.respectsMaxUses || !isNative(config, native);
    const count = requested !== null && isKept ? requested : maxSteps;
    return { ...searchOf(config, native), count };
  }
  if (isDatetime(type)) return { count: maxSteps, tokensEach: 100, usdEach: new Big(0) };
  const tokensEach = positive(config.max_content_tokens) ?? Number.POSITIVE_INFINITY;
  return { count: requested ?? maxSteps, tokensEach, usdEach: fetchPrice };
}

/** Null if `stop_server_tools_when`, which overrides `max_tool_calls`, has no limit of steps. */
function stepLimit(body: RequestBody): number | null {
  const { stop_server_tools_when: stops, max_tool_calls: calls } = body;
  if (!Array.isArray(stops)) return Math.min(positive(calls) ?? maxSteps, maxSteps);
  const steps = stops
    .filter(isRecord)
    .flatMap(({ type, step_count }) =>
      type === 'step_count_is' ? (positive(step_count) ?? []) : [],
    );
  return steps.length === 0 ? null : Math.min(...steps);
}
