import { isRecord } from '../platform/record.ts';
import { entryRules } from './entry.ts';
import { namePattern } from './names.ts';
import { requestParameters } from './parameters.ts';
import { type JsonSchema, line, members, membersSchema, type Rule, text } from './rules.ts';

/** The URL at which every published version has its schema. */
const address = 'https://unpkg.com/openclaw-openrouter/openclaw-openrouter.schema.json';

/** What editors show for the members of an entry. */
const descriptions: Readonly<Record<keyof typeof entryRules, string>> &
  Readonly<Record<string, string>> = {
  apiKey: `The variable that holds the key, as \${NAME}. Do not write the key itself.`,
  defaultModel: 'The model to use, e.g. anthropic/claude-sonnet-4.',
  parameters: 'Parameters of every request: https://openrouter.ai/docs/api/reference/parameters',
  fallbackModels: 'The models to try next, in order, when a model does not answer.',
  retryOnFailure: 'Whether to repeat a request after a temporary failure. Default: false.',
  maxRetries: 'How many times to repeat a request for each model, with retryOnFailure. Default: 2.',
  budget: 'What the entry may spend; serve enforces it.',
  'budget.dailyLimit': 'USD for a UTC day.',
  'budget.monthlyLimit': 'USD for a UTC month.',
  'budget.alertThreshold': 'The share of a limit at which to warn, 0 to 1.',
  'budget.onLimit':
    'At a limit, serve refuses requests ("stop", the default), or continues with the cheaper ("downgrade") or free ("free") models of the entry.',
  complexModel: 'The model for messages that contain one of complexTriggers.',
  complexTriggers: 'Texts that make a message complex; case does not matter.',
  headers: 'HTTP headers of every request, e.g. HTTP-Referer and X-Title.',
  providerPreferences: 'The providers of a model to prefer or exclude.',
  'providerPreferences.exclude': 'Providers never to use, e.g. azure.',
  'providerPreferences.prefer': 'Providers to try first, in order.',
  promptCaching: 'Whether serve has long prompts cached: "auto" (default) or "off".',
};

/** The JSON Schema (2020-12) of the setup file, built from the rules that read it. Not used at run time. */
export function setupFileSchema(): JsonSchema {
  const other = { properties: { provider: { not: { const: 'openrouter' } } } };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: address,
    title: 'Setup file of openclaw-openrouter',
    type: 'object',
    properties: {
      $schema: { ...text('').schema, description: 'The address of this schema, for editors.' },
      models: {
        description: 'Entries by name.',
        type: 'object',
        patternProperties: { [namePattern]: { $ref: '#/$defs/model' } },
        additionalProperties: { allOf: [{ $ref: '#/$defs/model' }, other] },
      },
      channels: {
        description: 'Channels by name, and the entry that each uses.',
        type: 'object',
        propertyNames: { pattern: namePattern },
        additionalProperties: channel,
      },
    },
    $defs: { model, entry: entrySchema() },
  };
}

/** A channel may also contain its OpenClaw settings. */
const channel = {
  type: 'object',
  properties: { model: { ...line('').schema, description: 'The name of an entry.' } },
  required: ['model'],
};

/** A member of `models`. Entries of other providers are not checked. */
const isOpenRouter = { properties: { provider: { const: 'openrouter' } } };

const model = {
  type: 'object',
  properties: {
    provider: { type: 'string', description: '"openrouter"; entries of others are left alone.' },
  },
  required: ['provider'],
  if: isOpenRouter,
  // biome-ignore lint/suspicious/noThenProperty: the name of a keyword
  then: { $ref: '#/$defs/entry' },
};

function entrySchema(): JsonSchema {
  const provider: Rule = { read: () => null, schema: { const: 'openrouter' } };
  const parameters = members(requestParameters);
  const schema = membersSchema({ provider, ...entryRules, parameters });
  return { ...described(schema), required: ['provider', 'apiKey', 'defaultModel'] };
}

function described(schema: JsonSchema, path = ''): JsonSchema {
  const description = descriptions[path];
  const { properties } = schema;
  if (!isRecord(properties) || path === 'parameters') return { description, ...schema };
  const inner = Object.entries(properties).map(([name, member]) => [
    name,
    described(isRecord(member) ? member : {}, path === '' ? name : `${path}.${name}`),
  ]);
  return { description, ...schema, properties: Object.fromEntries(inner) };
}
