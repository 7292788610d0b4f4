import { isRecord } from '../platform/record.ts';
import { memberOf, reportValue } from './cursor.ts';
import {
  choice,
  flag,
  list,
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

const domains = list(text('a text'), 'domains');
const patterns = list(text('a text'), 'models');
const autoRouter: Rules = {
  allowed_models: patterns,
  cost_quality_tradeoff: whole(0, 10),
  cost_tier: choice(['low', 'medium', 'high', 'xhigh', 'max']),
  excluded_models: patterns,
  pin_model: flag,
};

/** The plugins in OpenRouter's API description (`ChatRequest.plugins`), with the members of each. */
const pluginMembers: Readonly<Record<string, Rules>> = {
  'auto-beta-router': autoRouter,
  'auto-router': autoRouter,
  'context-compression': { engine: choice(['middle-out']) },
  'file-parser': {
    max_files: whole(1),
    pdf: members({ engine: choice(['mistral-ocr', 'native', 'cloudflare-ai', 'pdf-text']) }),
  },
  fusion: {
    analysis_models: list(text('a model id'), 'models', { min: 1, max: 8 }),
    max_tool_calls: whole(1, 16),
    model: text('a model id'),
    preset: choice(['general-high', 'general-budget', 'general-fast']),
    tools: list(object('with a type'), 'tools'),
  },
  moderation: {},
  'pareto-router': {
    max_price: number(0),
    min_coding_score: number(0, 1),
    price_source: choice(['prompt', 'weighted_avg']),
  },
  'response-healing': {},
  web: {
    engine: choice(['native', 'exa', 'firecrawl', 'parallel', 'perplexity']),
    exclude_domains: domains,
    include_domains: domains,
    max_results: whole(1),
    max_uses: whole(1),
    mode: choice([
      ...['instant', 'fast', 'auto', 'deep-lite', 'deep', 'deep-reasoning'],
      ...['turbo', 'basic', 'advanced'],
    ]),
    search_prompt: string(),
    user_location: object('with a type'),
  },
  'web-fetch': {
    allowed_domains: domains,
    blocked_domains: domains,
    max_content_tokens: whole(1),
    max_uses: whole(1),
  },
};

const id = choice(Object.keys(pluginMembers));

export const plugin: Rule = {
  read: (cursor) => {
    if (!isRecord(cursor.value)) {
      return reportValue(cursor, 'shape', 'must be an object with an id');
    }
    requireMembers(cursor, ['id']);
    const named = memberOf(cursor, 'id');
    const own = pluginMembers[String(id.read({ ...named, problems: [] }))];
    if (own === undefined) id.read(named);
    else readMembers(cursor, { ...own, id, enabled: flag });
  },
  schema: {
    anyOf: Object.entries(pluginMembers).map(
      ([name, own]) => members({ ...own, id: choice([name]), enabled: flag }, ['id']).schema,
    ),
  },
};
