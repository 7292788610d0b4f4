import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  amountOf,
  combineProvider,
  ForbiddenByEntry,
  restrictsProviders,
} from '../../src/routing/provider-rules.ts';
import { seeded } from '../helpers/seeded.ts';
import { attempt } from './attempt.ts';

type Members = Readonly<Record<string, unknown>>;

const strict = {
  zdr: true,
  enforce_distillable_text: true,
  require_parameters: true,
  allow_fallbacks: false,
};
const loose = {
  zdr: false,
  enforce_distillable_text: false,
  require_parameters: false,
  allow_fallbacks: true,
};

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
    ['takes an empty list of the entry for none', { only: [] }, { only: ['a'] }, { only: ['a'] }],
    [
      'allows the quantizations that both allow',
      { quantizations: ['fp8', 'int4'] },
      { quantizations: ['int4', 'bf16'] },
      { quantizations: ['int4'] },
    ],
    ['keeps the flags of the entry that filter', strict, loose, strict],
    ['takes the flags of the client that filter', loose, strict, strict],
    [
      'prefers fast providers as the client asks',
      { preferred_min_throughput: 10, preferred_max_latency: 1 },
      { preferred_min_throughput: 50, preferred_max_latency: 3 },
      { preferred_min_throughput: 50, preferred_max_latency: 3 },
    ],
    [
      'keeps the order of the entry where the client has none',
      { order: ['a'] },
      { zdr: true },
      { order: ['a'], zdr: true },
    ],
    [
      'takes the order of the client where the entry has none',
      { allow_fallbacks: false },
      { order: ['b'] },
      { allow_fallbacks: false, order: ['b'] },
    ],
    [
      'takes an empty order for none',
      { order: ['a'] },
      { order: [], allow_fallbacks: false },
      { order: ['a'], allow_fallbacks: false },
    ],
    [
      'keeps prices of the entry that nobody here can read',
      { max_price: { prompt: 'cheap' } },
      { max_price: { prompt: 1 } },
      { max_price: { prompt: 'cheap' } },
    ],
    ['keeps odd prices of the entry', { max_price: 1 }, { max_price: { a: 1 } }, { max_price: 1 }],
    [
      'knows a name and its slug for one',
      { only: [' Amazon Bedrock'] },
      { only: ['amazon-bedrock'] },
      { only: [' Amazon Bedrock'] },
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
      { only: ['a', 'c'] },
      { only: ['b'] },
      'provider.only may only name a, c: the entry allows no other',
    ],
    [
      'nothing of an order without fallbacks',
      { order: ['a'], allow_fallbacks: false },
      { order: ['b'] },
      'provider.order may only name a: the entry allows no other',
    ],
    [
      'a name for an order',
      { order: ['a'] },
      { order: 'b' },
      'provider.order must be a list of names',
    ],
    [
      'a list of numbers',
      { ignore: ['a'] },
      { ignore: [1] },
      'provider.ignore must be a list of names',
    ],
    [
      'one price for everything',
      { max_price: { prompt: 1 } },
      { max_price: 1 },
      'provider.max_price must be an object',
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

  it.each([undefined, null])('is the entry’s where the client sends %s', (sent) => {
    const owner = { only: ['a'] };
    expect(combineProvider(owner, sent)).toBe(owner);
  });

  it('restricts providers unless it only sorts them', () => {
    const sorting = {
      order: [],
      sort: 'price',
      preferred_min_throughput: 1,
      preferred_max_latency: 1,
    };
    expect(restrictsProviders(sorting)).toBe(false);
    expect(restrictsProviders({ ...sorting, zdr: true })).toBe(true);
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

describe('amountOf', () => {
  it.each([
    [3, '3'],
    [0.25, '0.25'],
    [1e-7, '1e-7'],
    ['12.50', '12.5'],
    ['1e-10', '1e-10'],
    ['1E2', '100'],
  ])('reads %j', (value, amount) => {
    expect(amountOf(value)?.toString()).toBe(amount);
  });

  it.each([-1, '-1', '', '1 USD', '$1', 'e1', '1e', '1.', ['1'], true, null, Number.NaN])(
    'takes %j for none',
    (value) => {
      expect(amountOf(value)).toBeNull();
    },
  );
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
