import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failedReply } from '../../src/openrouter/chat.ts';
import type { ChatReply } from '../../src/openrouter/chat-reply.ts';
import { failureFromBody } from '../../src/openrouter/error-body.ts';
import {
  isOutcomeName,
  isSharedBudget,
  judge,
  judgeFailure,
  type OutcomeName,
  outcomeNamed,
  outcomes,
  walkOf,
} from '../../src/routing/outcomes.ts';
import { answered, broken, httpFailure, refused, replied } from './replies.ts';

const type = (error_type: string) => ({ metadata: { error_type } });
const code = (name: string, more: object = {}) => ({ availability: { code: name, ...more } });
const says = (message: string) => ({ message });

/** An error as a stream under 200 has it. */
const inStream = (error: object) =>
  failedReply(failureFromBody({ error }, { kind: 'stream', status: 200, retryAfterMs: null }));

/** Quoted in public bug reports. */
const keyLimit = says(
  'Key limit exceeded (monthly limit). Manage it using https://openrouter.ai/settings/keys',
);
const context = says("This endpoint's maximum context length is 8192 tokens");

const cases: readonly (readonly [OutcomeName, string, ChatReply])[] = [
  ['ok', 'text', answered],
  ['ok', 'a tool call', replied({ hasToolCalls: true })],
  ['ok', 'a picture', replied({ hasMedia: true })],
  ['ok', 'thought that ran out of room', replied({ hasReasoning: true, finishReason: 'length' })],
  ['ok', 'text that the filter ended', replied({ content: 'x', finishReason: 'content_filter' })],
  ['auth', '401', refused(401)],
  ['auth', 'authentication', refused(403, type('authentication'))],
  [
    'auth',
    '403 for what wants a management key',
    refused(403, says('Only management keys can do this')),
  ],
  ['auth', '403 that is not authorized', refused(403, says('You are not authorized to do this'))],
  ['auth', '403 for a disabled key', refused(403, says('API key disabled'))],
  ['auth', '401 with a message about a model', refused(401, says('No endpoints found'))],
  ['key_limit', '403 with its wording', refused(403, keyLimit)],
  ['key_limit', '403 with the older wording', refused(403, says('Key limit exceeded. Manage it'))],
  ['key_limit', '403 with nothing remaining', refused(403, { metadata: { limit_remaining: 0 } })],
  ['key_limit', '403 with nothing remaining, as text', refused(403, { limit_remaining: '-0.01' })],
  ...[
    'This API key has exceeded its monthly spending limit',
    'API key credit limit reached',
    'You have reached the limit of your API key',
    'Limit exceeded for this key',
    'Monthly spending limit reached',
  ].map((words) => ['key_limit', `403: ${words}`, refused(403, says(words))] as const),
  ...['This API key has reached its credit limit', 'The credit limit of this key was reached'].map(
    (words) => ['key_limit', `402: ${words}`, refused(402, says(words))] as const,
  ),
  [
    'key_limit',
    'payment_required in a stream',
    inStream({ ...keyLimit, ...type('payment_required') }),
  ],
  [
    'key_limit',
    '403 as permission_denied',
    refused(403, { ...keyLimit, ...type('permission_denied') }),
  ],
  [
    'key_limit',
    '403 as payment_required',
    refused(403, { ...keyLimit, ...type('payment_required') }),
  ],
  [
    'key_limit',
    '403 with nothing remaining, about one request',
    refused(403, { ...says('You can only afford 7'), limit_remaining: 0 }),
  ],
  ['key_limit', '402 that names the limit of the key', refused(402, keyLimit)],
  ['key_limit', '402 with nothing remaining', refused(402, { limit_remaining: 0 })],
  ['key_limit', 'a workspace budget', refused(403, says('Workspace monthly budget exceeded'))],
  [
    'key_limit',
    'a workspace budget with cents',
    refused(403, says('Workspace monthly budget of $50.00 exceeded')),
  ],
  ['key_limit', 'a guardrail budget', refused(403, says('Guardrail budget of $5 exceeded'))],
  [
    'unaffordable',
    '402 about one request',
    refused(402, says('fewer max_tokens. You can only afford 7')),
  ],
  [
    'unaffordable',
    '402 that also advises a key with a higher limit',
    refused(
      402,
      says(
        'This request requires more credits, or fewer max_tokens. You requested up to 4096 tokens, but can only afford 120. To increase, create a key with a higher monthly limit',
      ),
    ),
  ],
  [
    'unaffordable',
    '402 about the length of one prompt',
    refused(
      402,
      says(
        'Prompt tokens limit exceeded: 12000 > 2211. To increase, visit https://openrouter.ai/settings/credits and upgrade to a paid account',
      ),
    ),
  ],
  [
    'unaffordable',
    'payment_required in a stream about one request',
    inStream({ ...says('You can only afford 7'), ...type('payment_required') }),
  ],
  ['billing', '402', refused(402)],
  [
    'billing',
    '402 that speaks of a monthly limit',
    refused(402, says('requires a higher monthly limit')),
  ],
  [
    'billing',
    '402 that speaks of tokens',
    refused(402, says('Prompt tokens limit exceeded: context')),
  ],
  ['billing', 'payment_required', refused(200, type('payment_required'))],
  ['billing', '402 under 200', refused(200, { code: 402 })],
  ['moderation', '403 that is flagged', refused(403, { metadata: { reasons: ['violence'] } })],
  ['moderation', '403 without a word', refused(403)],
  [
    'moderation',
    '403 with some credit remaining',
    refused(403, { metadata: { limit_remaining: 0.01 } }),
  ],
  [
    'moderation',
    '403 by a guardrail',
    refused(403, says('Blocked by a guardrail of this key: the prompt holds an address')),
  ],
  [
    'moderation',
    'permission_denied without a word of limits',
    refused(403, type('permission_denied')),
  ],
  ['moderation', 'content_policy_violation', refused(400, type('content_policy_violation'))],
  [
    'moderation',
    'content_policy_violation whose text speaks of a limit',
    refused(403, { ...keyLimit, ...type('content_policy_violation') }),
  ],
  ['moderation', 'refusal', refused(400, type('refusal'))],
  ['moderation', 'a refusal in place of an answer', replied({ refusal: 'no' })],
  ['moderation', 'an answer that the filter took', replied({ finishReason: 'content_filter' })],
  ['not_found', '404', refused(404)],
  [
    'not_found',
    '404 that speaks of permissions',
    refused(404, says('It does not exist, or you have insufficient permission')),
  ],
  ['not_found', 'model_not_found under 400', refused(400, code('model_not_found'))],
  ['not_found', 'model_deprecated', refused(404, code('model_deprecated'))],
  ['not_found', 'free_variant_ended', refused(404, code('free_variant_ended'))],
  ['not_found', '400 of the older API', refused(400, says('acme/x is not a valid model ID'))],
  ['not_found', '400 of a provider', refused(400, says('The model `acme/x` does not exist'))],
  ['no_endpoints', '404 for one endpoint', refused(404, says('No endpoint found for acme/x'))],
  ['no_endpoints', '404 for one provider', refused(404, says('No allowed provider is available'))],
  ['no_endpoints', '404 with its wording', refused(404, says('No endpoints found for acme/x.'))],
  [
    'no_endpoints',
    '404 by the data policy',
    refused(404, says('No endpoints found matching your data policy (Free model publication)')),
  ],
  ['no_endpoints', 'its code', refused(404, code('no_endpoints'))],
  ['no_endpoints', 'constraint_filtered', refused(400, code('constraint_filtered'))],
  ['no_endpoints', 'privacy_restricted under 403', refused(403, code('privacy_restricted'))],
  ['no_endpoints', 'region_restricted', refused(403, code('region_restricted'))],
  [
    'no_endpoints',
    '403 for the country',
    refused(403, says('Country, region, or territory not supported')),
  ],
  ['context', 'context_length_exceeded', refused(400, type('context_length_exceeded'))],
  ['context', 'max_tokens_exceeded', refused(400, type('max_tokens_exceeded'))],
  ...[400, 413, 422].map(
    (status) => ['context', `${status} with its wording`, refused(status, context)] as const,
  ),
  ...[
    'Input too long for this model',
    'max_tokens (9000) is too large',
    'max_tokens is too large, use fewer max_tokens',
  ].map((words) => ['context', `400: ${words}`, refused(400, says(words))] as const),
  [
    'context',
    'invalid_request with its wording',
    refused(400, { ...context, ...type('invalid_request') }),
  ],
  ['bad_request', '400', refused(400)],
  ['bad_request', '413', refused(413)],
  ['bad_request', '422', refused(422)],
  ['bad_request', '400 in a stream', inStream({ code: 400 })],
  ['bad_request', '400 that names a country', refused(400, says('country is not supported'))],
  ['bad_request', 'a status of no row', refused(418)],
  ['bad_request', 'wrong_endpoint', refused(404, code('wrong_endpoint'))],
  ['rate_limit', '429', refused(429)],
  ['rate_limit', '429 that speaks of the limit of the key', refused(429, keyLimit)],
  ['rate_limit', 'capacity_exhausted under 503', refused(503, code('capacity_exhausted'))],
  ['rate_limit', 'rate_limit_exceeded under 200', refused(200, type('rate_limit_exceeded'))],
  ['timeout', '408', refused(408)],
  ['timeout', '504', refused(504)],
  ['timeout', '524', refused(524)],
  ['timeout', 'our own deadline', broken('timeout')],
  ['unavailable', '500', refused(500)],
  ['unavailable', '502', refused(502)],
  ['unavailable', '503', refused(503)],
  ['unavailable', '529', refused(529)],
  ['unavailable', 'a 5xx of no row', refused(599)],
  ['unavailable', 'temporarily_unavailable', refused(404, code('temporarily_unavailable'))],
  ['unavailable', 'model_unavailable_upstream', refused(404, code('model_unavailable_upstream'))],
  ['unavailable', 'provider_overloaded under 400', refused(400, type('provider_overloaded'))],
  ['unavailable', 'provider_unavailable under 400', refused(400, type('provider_unavailable'))],
  ['unavailable', 'server under 400', refused(400, type('server'))],
  ['unavailable', '502 about a model', refused(502, says('The model was not found upstream'))],
  ['unavailable', 'an error in a stream that says nothing', inStream({})],
  ['unavailable', '503 with an unknown code', refused(503, code('brand_new'))],
  ['network', 'no connection', broken('network')],
  ['garbled', 'no JSON', broken('garbled')],
  ['empty', 'nothing', replied()],
  ['empty', 'blanks', replied({ content: ' \n' })],
  ['empty', 'thought without an answer', replied({ hasReasoning: true, finishReason: 'stop' })],
  ['cut_off', '429 in the middle', { ...refused(429), afterFirstToken: true }],
  ['cut_off', '402 in the middle', { ...refused(402), afterFirstToken: true }],
  ['cut_off', 'a broken stream', { ...broken('garbled'), afterFirstToken: true }],
  [
    'cut_off',
    'an error after text',
    { ...refused(502), content: 'The answer is', afterFirstToken: true },
  ],
  [
    'cut_off',
    'an error after the filter',
    { ...refused(502), finishReason: 'content_filter', afterFirstToken: true },
  ],
  ['cut_off', 'our deadline in the middle', { ...broken('timeout'), afterFirstToken: true }],
];

describe('the table of outcomes', () => {
  it.each(cases)('%s: %s', (name, _, reply) => {
    expect(judge(reply).name).toBe(name);
  });

  it('has a case above for every row', () => {
    expect(new Set(cases.map(([name]) => name))).toEqual(new Set(outcomes.map(({ name }) => name)));
  });

  it('has the documented order and steps', () => {
    expect(outcomes.map(({ name, walk, level }) => `${name} ${walk} ${level}`)).toEqual([
      'ok done ok',
      'auth stop fail',
      'key_limit stop fail',
      'unaffordable next fail',
      'billing stop fail',
      'moderation next warn',
      'not_found next fail',
      'no_endpoints next fail',
      'context next fail',
      'bad_request next fail',
      'rate_limit retry warn',
      'timeout retry fail',
      'unavailable retry fail',
      'network retry fail',
      'garbled retry fail',
      'empty next fail',
      'cut_off done fail',
    ]);
  });

  it('has a headline and a fix for every failure', () => {
    for (const { name, headline, fix } of outcomes) {
      expect(headline, name).toMatch(/^[a-z]/);
      expect(headline.split(' ').length, name).toBeLessThan(8);
      expect(fix, name).toMatch(name === 'ok' ? /^$/ : /^[A-Z].{20}/);
    }
  });

  it.each<[OutcomeName, readonly string[]]>([
    ['auth', ['authentication']],
    ['billing', ['payment_required']],
    ['moderation', ['content_policy_violation', 'refusal']],
    [
      'context',
      [
        ...['context_length_exceeded', 'max_tokens_exceeded'],
        ...['token_limit_exceeded', 'string_too_long'],
      ],
    ],
    [
      'bad_request',
      [
        ...['invalid_prompt', 'precondition_failed', 'payload_too_large', 'unprocessable'],
        ...['invalid_image', 'image_too_large', 'image_too_small', 'unsupported_image_format'],
        ...['image_not_found', 'image_download_failed'],
      ],
    ],
    ['rate_limit', ['rate_limit_exceeded']],
    ['timeout', ['timeout']],
    ['unavailable', ['provider_overloaded', 'provider_unavailable', 'server']],
  ])('knows %s in a stream by the type of the error alone', (name, types) => {
    for (const each of types) expect(judge(inStream(type(each))).name, each).toBe(name);
  });

  it('finds a row by its name, and none by another', () => {
    for (const row of outcomes) expect(outcomeNamed(row.name)).toBe(row);
    expect(outcomes.every(({ name }) => isOutcomeName(name))).toBe(true);
    expect(isOutcomeName('of_a_later_version')).toBe(false);
  });

  it('has one outcome for any failure', () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom('key limit', 'No endpoints', 'context length', 'region', 'management key'),
    );
    const error = fc.record(
      {
        code: fc.oneof(fc.integer({ min: 100, max: 999 }), text),
        message: text,
        metadata: fc.record({ error_type: fc.oneof(text, fc.constantFrom('server', 'not_found')) }),
        availability: fc.record({ code: text, retryable: fc.boolean() }),
      },
      { requiredKeys: [] },
    );
    const status = fc.integer({ min: 100, max: 599 });
    fc.assert(
      fc.property(error, status, fc.constantFrom('http', 'stream'), (body, http, kind) => {
        const failure = failureFromBody(
          { error: body },
          { kind, status: http, retryAfterMs: null },
        );
        const row = judgeFailure(failure);
        expect(outcomes.filter((other) => other === row)).toHaveLength(1);
        expect(['ok', 'empty', 'cut_off']).not.toContain(row.name);
      }),
    );
  });

  it('judges a failure of another endpoint in the same way', () => {
    expect(judgeFailure(httpFailure(401)).name).toBe('auth');
  });
});

describe('walkOf', () => {
  const step = (reply: ChatReply) => walkOf(judge(reply), reply);

  it('follows retryable rather than the row', () => {
    expect(step(refused(404, code('no_endpoints', { retryable: true })))).toBe('retry');
    expect(step(refused(503, code('temporarily_unavailable', { retryable: false })))).toBe('next');
    expect(step(refused(503, code('temporarily_unavailable')))).toBe('retry');
  });

  it('follows the row where nothing is said of a retry', () => {
    expect(step(answered)).toBe('done');
    expect(step(refused(502))).toBe('retry');
    expect(step(refused(404))).toBe('next');
  });

  it.each([
    'Rate limit exceeded: free-models-per-day',
    'You have used the 50 free requests per day',
  ])('waits for new free requests only where the answer says when they come: %s', (words) => {
    const reply = refused(429, { ...says(words), ...code('x', { retryable: true }) });
    expect(step(reply)).toBe('next');
    expect(step({ ...reply, retryAfterMs: 1000 })).toBe('retry');
    expect(step(refused(503, says(words)))).toBe('retry');
  });

  it('tries again after a limit of free requests a minute', () => {
    expect(step(refused(429, says('Rate limit exceeded: free-models-per-min')))).toBe('retry');
  });

  it('never continues after a stop or in the middle of an answer', () => {
    const retryable = code('x', { retryable: true });
    expect(step(refused(401, retryable))).toBe('stop');
    expect(step({ ...refused(503, retryable), afterFirstToken: true })).toBe('done');
  });
});

describe('isSharedBudget', () => {
  it.each([
    'Your organization has a monthly limit, and it was reached',
    'The budget of this team is used up',
    'You have exceeded what your budget allows',
    'Workspace monthly budget of $50.00 exceeded',
  ])('is true for %j', (message) => {
    expect(isSharedBudget(httpFailure(403, { message }))).toBe(true);
  });

  it.each(['Key limit exceeded (monthly limit)', 'The workspace is suspended'])(
    'is false for %j',
    (message) => {
      expect(isSharedBudget(httpFailure(403, { message }))).toBe(false);
    },
  );
});
