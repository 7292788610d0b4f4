import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failureFromBody, isErrorBody } from '../../src/openrouter/error-body.ts';
import { createRedactor } from '../../src/text/redact.ts';
import { madeUpKey } from './serve.ts';

const redactor = createRedactor();
redactor.add(madeUpKey);
const context = { kind: 'http', status: 400, retryAfterMs: null, redactor } as const;
const read = (error: unknown) => failureFromBody({ error }, context);

describe('failureFromBody', () => {
  it('reads code, message and metadata', () => {
    const failure = read({
      code: 429,
      message: 'Slow\u001b[31m down',
      metadata: {
        error_type: 'rate_limit_exceeded',
        provider_name: 'Acme',
        limit_remaining: 0,
      },
    });
    expect(failure).toMatchObject({
      kind: 'http',
      status: 429,
      message: 'Slow down',
      code: null,
      errorType: 'rate_limit_exceeded',
      provider: 'Acme',
      limitRemaining: '0',
    });
  });

  it('hides a key that is broken into lines', () => {
    const wrapped = `${madeUpKey.slice(0, 30)}\n${madeUpKey.slice(30)}`;
    const metadata = { error_type: wrapped, provider_name: wrapped };
    const failure = failureFromBody({ error: { message: `No ${wrapped}`, metadata } }, context);
    expect(failure).toMatchObject({
      message: 'No sk-or-v1-ab12…',
      errorType: 'sk-or-v1-ab12…',
      provider: 'sk-or-v1-ab12…',
    });
  });

  it('reads availability, its wait in milliseconds', () => {
    const { availability, retryAfterMs } = read({
      code: 503,
      message: 'No',
      availability: {
        code: 'capacity_exhausted',
        retryable: true,
        retry_after: 2.5,
        fallback_models: ['acme/two', 7],
      },
    });
    expect(availability).toEqual({
      code: 'capacity_exhausted',
      retryable: true,
      retryAfterMs: 2_500,
      fallbackModels: ['acme/two'],
    });
    expect(retryAfterMs).toBe(2_500);
  });

  it.each([
    [{ headers: { 'X-RateLimit-Reset': '1795348805000' } }, 5_000],
    [{ headers: { 'x-ratelimit-reset': 1795348807 } }, 7_000],
    [{ headers: { 'Retry-After': '9' } }, 9_000],
    [{ retry_after_seconds: 3.5 }, 3_500],
    [{ headers: { 'X-RateLimit-Reset': 'soon' } }, null],
  ])('reads the end of a rate limit that the body states: %j', (metadata, expected) => {
    const now = new Date('2026-11-22T12:00:00Z');
    const error = { code: 429, message: 'Rate limit exceeded: free-models-per-min', metadata };
    const failure = failureFromBody({ error }, { ...context, status: 429, now });
    expect(failure.retryAfterMs).toBe(expected);
  });

  it.each([
    ['text', 'overloaded'],
    ['an error as text', '{"error":{"message":"overloaded"}}'],
    ['a list', [{ error: { code: 503, message: 'overloaded', status: 'UNAVAILABLE' } }]],
    ['a list as text', '[{"error":{"message":"overloaded"}}]'],
    ['an error in an error', { error: { message: '{"error":{"message":"overloaded"}}' } }],
    ['text as the error', { error: 'overloaded' }],
    ['a detail', { detail: [{ loc: ['body'], msg: 'x', message: 'overloaded' }] }],
    ['another answer of OpenRouter', { error: { metadata: { raw: '{"message":"overloaded"}' } } }],
  ])("reads the provider's own error: %s", (_name, raw) => {
    const metadata = { provider_name: 'Acme', raw };
    const failure = read({ code: 503, message: 'Provider returned error', metadata });
    expect(failure.message).toBe('Acme: overloaded');
  });

  it.each([
    [{ type: 'overloaded_error', message: 'x' }, 529],
    [{ code: 'rate_limit_exceeded', message: 'x' }, 429],
    [{ type: 'rate_limit_error', code: 503, message: 'x' }, 503],
    [{ type: 'unheard_of', message: 'x' }, 200],
  ])('reads the status of an error under 200: %j', (error, status) => {
    expect(failureFromBody({ error }, { ...context, status: 200 }).status).toBe(status);
  });

  it('prefers Retry-After in the header over that in the body', () => {
    const body = { error: { message: 'x', availability: { code: 'x', retry_after: 9 } } };
    expect(failureFromBody(body, { ...context, retryAfterMs: 1_000 }).retryAfterMs).toBe(1_000);
  });

  it.each([
    ['JSON text', '{"error":{"message":"model is loading"}}', 'Acme: model is loading'],
    ['plain text', 'upstream melted', 'Acme: upstream melted'],
    ['an object', { message: 'quota' }, 'Acme: quota'],
    ['nothing', undefined, 'Provider returned error'],
  ])('uses the message of the provider, from raw as %s', (_, raw, message) => {
    const metadata = { provider_name: 'Acme', raw };
    expect(read({ code: 502, message: 'Provider returned error', metadata }).message).toBe(message);
  });

  it('reads a number from 400 to 599 as the status, in digits too, and keeps any other code as text', () => {
    expect(read({ code: '403', message: 'x' })).toMatchObject({ status: 403, code: null });
    expect(read({ code: 'context_length_exceeded' })).toMatchObject({
      status: 400,
      code: 'context_length_exceeded',
    });
    expect(read({ code: 7 }).status).toBe(400);
  });

  it('also reads the remaining limit beside the error', () => {
    const body = { error: { code: 403, message: 'No' }, limit_remaining: '0' };
    expect(failureFromBody(body, context).limitRemaining).toBe('0');
  });

  it('has a message where the body has none', () => {
    expect(failureFromBody(null, context).message).toBe('HTTP 400 without a message');
    expect(read('plain words').message).toBe('plain words');
  });

  it('makes a failure of any JSON, cleaned and without the key', () => {
    const leaf = fc.oneof(
      fc.string(),
      fc.constantFrom(`key ${madeUpKey}`, '\u001b[31m', '403', 'Provider returned error'),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
    );
    const name = fc.constantFrom(
      ...['error', 'code', 'message', 'metadata', 'error_type', 'provider_name', 'raw', 'reasons'],
      ...[
        'previous_errors',
        'availability',
        'retry_after',
        'excluded_by',
        'constraint',
        '__proto__',
      ],
    );
    const { body } = fc.letrec<{ body: unknown }>((tie) => ({
      body: fc.oneof(
        { depthSize: 'medium' },
        leaf,
        fc.array(tie('body'), { maxLength: 3 }),
        fc.dictionary(name, tie('body'), { maxKeys: 6 }),
      ),
    }));
    fc.assert(
      fc.property(body, fc.boolean(), (any, wrapped) => {
        const failure = failureFromBody(wrapped ? { error: any } : any, context);
        expect(failure.message).not.toBe('');
        const printed = JSON.stringify(failure);
        expect(printed).not.toContain(madeUpKey);
        expect(printed).not.toMatch(/\\u00[01]/);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('isErrorBody', () => {
  it.each([
    [{ error: { message: 'x' } }, true],
    [{ error: 'x' }, true],
    [{ error: null, choices: [] }, false],
    [{ choices: [] }, false],
    [[], false],
    [null, false],
    ['error', false],
  ])('of %j is %j', (body, is) => {
    expect(isErrorBody(body)).toBe(is);
  });
});
