import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combineProvider, ForbiddenByEntry } from '../../src/routing/provider-rules.ts';
import { seeded } from '../helpers/seeded.ts';
import { attempt } from './attempt.ts';

type Members = Readonly<Record<string, unknown>>;

describe('provider of a request', () => {
  it.each<[string, Members, Members, Members]>([
    [
      'ignores what either ignores',
      { ignore: ['a'] },
      { ignore: ['b', 'a'] },
      { ignore: ['a', 'b'] },
    ],
    ['allows what both allow', { only: ['a', 'b'] }, { only: ['c', 'b'] }, { only: ['b'] }],
    ['takes an empty list for none', { only: ['a'] }, { only: [] }, { only: ['a'] }],
    [
      'knows a name and its slug for one',
      { only: ['Amazon Bedrock'] },
      { only: ['amazon-bedrock'] },
      { only: ['Amazon Bedrock'] },
    ],
    [
      'allows an endpoint of a provider',
      { only: ['deepinfra'] },
      { only: ['deepinfra/turbo'] },
      { only: ['deepinfra/turbo'] },
    ],
    [
      'keeps to an endpoint of a provider',
      { only: ['deepinfra/turbo'] },
      { only: ['deepinfra'] },
      { only: ['deepinfra/turbo'] },
    ],
    [
      'denies the collection of data where either does',
      { data_collection: 'deny' },
      { data_collection: 'allow' },
      { data_collection: 'deny' },
    ],
    [
      'lets a client deny it',
      { data_collection: 'allow' },
      { data_collection: 'deny' },
      { data_collection: 'deny' },
    ],
    ['retains no data where either says so', { zdr: true }, { zdr: false }, { zdr: true }],
    [
      'has no fallbacks where either has none',
      { allow_fallbacks: false },
      { allow_fallbacks: true },
      { allow_fallbacks: false },
    ],
    [
      'takes the lower price of each kind',
      { max_price: { prompt: '1', image: 2 } },
      { max_price: { prompt: 0.5, image: '3', request: 1 } },
      { max_price: { prompt: 0.5, image: 2, request: 1 } },
    ],
    ['sorts as the client asks', { sort: 'price' }, { sort: 'latency' }, { sort: 'latency' }],
    [
      'keeps what is null in the request',
      { zdr: true, sort: 'price' },
      { zdr: null, sort: null },
      { zdr: true, sort: 'price' },
    ],
    [
      'keeps the entry’s where the meaning is unknown',
      { novelty: 1 },
      { novelty: 2, other: 3 },
      { novelty: 1, other: 3 },
    ],
    [
      'tries the order of the entry first',
      { order: ['a'] },
      { order: ['b', 'a'] },
      { order: ['a', 'b'] },
    ],
    [
      'keeps within an order without fallbacks',
      { order: ['a', 'b'], allow_fallbacks: false },
      { order: ['c', 'b'], allow_fallbacks: true },
      { order: ['b'], allow_fallbacks: false },
    ],
    [
      'lets a client narrow itself to its order',
      { order: ['a'] },
      { order: ['b'], allow_fallbacks: false },
      { order: ['b'], allow_fallbacks: false },
    ],
  ])('%s', (_, owner, client, expected) => {
    expect(combineProvider(owner, client)).toEqual(expected);
  });

  it.each<[string, Members, unknown, string]>([
    ['a list', {}, ['a'], 'provider must be an object'],
    ['a text', { zdr: true }, 'none', 'provider must be an object'],
    [
      'nothing that the entry allows',
      { only: ['a'] },
      { only: ['b'] },
      'provider.only may only name a: the entry allows no other',
    ],
    [
      'no list of names',
      { ignore: ['a'] },
      { ignore: 'b' },
      'provider.ignore must be a list of names',
    ],
    [
      'a price that is none',
      { max_price: { prompt: 1 } },
      { max_price: { prompt: -1 } },
      'provider.max_price.prompt must be an amount in USD',
    ],
  ])('is rejected where it is %s', (_, owner, client, message) => {
    expect(() => combineProvider(owner, client)).toThrow(new ForbiddenByEntry(message));
  });

  it('is at most as permissive as the entry’s, whatever the client sends', () => {
    fc.assert(
      fc.property(providers, fc.oneof(providers, oddProviders), (owner, client) => {
        const result = attempt(() => combineProvider(owner, client));
        if (result === null) return;
        const [allowed, asked] = [
          endpoints.filter(admits(result)),
          endpoints.filter(admits(client)),
        ];
        expect(endpoints.filter(admits(owner))).toEqual(expect.arrayContaining(allowed));
        if (isProvider(client)) expect(asked).toEqual(expect.arrayContaining(allowed));
      }),
      seeded(3_000),
    );
  });
});

const slugs = ['a', 'a/fast', 'b', 'c d'];
const flags = ['zdr', 'enforce_distillable_text', 'require_parameters'];

/** Endpoints of every kind that a filter tells apart. */
const endpoints = slugs.flatMap((slug) =>
  ['fp8', 'bf16'].flatMap((quantization) =>
    [true, false].flatMap((strict) =>
      [1, 3].map((price) => ({ slug, quantization, strict, price })),
    ),
  ),
);

/** Which endpoints OpenRouter would take, by its API description. */
function admits(provider: unknown): (endpoint: (typeof endpoints)[number]) => boolean {
  if (!isProvider(provider)) return () => true;
  const { ignore, only, quantizations, order } = provider;
  const prices = isObject(provider.max_price) ? provider.max_price : {};
  const listed = provider.allow_fallbacks === false && isFull(order) ? order : null;
  return ({ slug, quantization, strict, price }) =>
    !names(ignore, slug) &&
    (!isFull(only) || names(only, slug)) &&
    (listed === null || names(listed, slug)) &&
    (!isFull(quantizations) || names(quantizations, quantization)) &&
    (strict ||
      (provider.data_collection !== 'deny' && flags.every((flag) => provider[flag] !== true))) &&
    ['prompt', 'completion'].every((kind) => Number(prices[kind] ?? 9) >= price);
}

function names(list: unknown, slug: string): boolean {
  const plain = (Array.isArray(list) ? list : []).map((name) =>
    String(name).toLowerCase().replaceAll(' ', '-'),
  );
  const name = slug.replaceAll(' ', '-');
  return plain.includes(name) || plain.includes(name.split('/')[0] ?? '');
}

function isFull(list: unknown): boolean {
  return Array.isArray(list) && list.length > 0;
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const isProvider = isObject;

const list = (items: readonly string[]) => fc.subarray([...items]);
const amount = fc.constantFrom(0.5, '1', 2, '3.5', '1e1');
const wellFormed = {
  ignore: list([...slugs, 'C D', 'c-d']),
  only: list([...slugs, 'C D', 'c-d']),
  order: list(slugs),
  quantizations: list(['fp8', 'bf16']),
  data_collection: fc.constantFrom('deny', 'allow'),
  zdr: fc.boolean(),
  enforce_distillable_text: fc.boolean(),
  require_parameters: fc.boolean(),
  allow_fallbacks: fc.boolean(),
  max_price: fc.record({ prompt: amount, completion: amount }, { requiredKeys: [] }),
};
const providers = fc.record(wellFormed, { requiredKeys: [] });
const oddProviders = fc.oneof(
  fc.jsonValue(),
  fc.dictionary(fc.constantFrom(...Object.keys(wellFormed), '__proto__', 'x'), fc.jsonValue()),
);
