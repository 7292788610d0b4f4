import { describe, expect, it } from 'vitest';
import {
  assertDestination,
  isAllowedDestination,
  isLoopback,
  isLoopbackHostHeader,
} from '../../src/platform/destination.ts';

describe('isLoopback', () => {
  it.each([
    ...['localhost', 'LOCALHOST', '127.0.0.1', '127.255.0.9', '::1', '[::1]', '[::ffff:7f00:1]'],
  ])('accepts %s', (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  it.each([
    ...['', '0.0.0.0', '::', '[::2]', '127.0.0.256', '127.1', '128.0.0.1', 'localhost.example.com'],
    ...['127.0.0.1.example.com', 'evil.localhost', 'localhost.', 'xlocalhost', '[::ffff:8000:1]'],
    ...['[localhost', 'a@localhost', 'localhost/x', 'localhost\n'],
  ])('rejects %j', (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});

describe('isLoopbackHostHeader', () => {
  it.each(['localhost', 'localhost:8788', '127.0.0.1:1', '[::1]:8788', '[::1]'])(
    'lets in %s',
    (header) => {
      expect(isLoopbackHostHeader(header)).toBe(true);
    },
  );

  it.each(['', 'evil.example:8788', 'a@localhost:1', 'localhost:1:2', '[::1]evil:80', ':80'])(
    'keeps out %j',
    (header) => {
      expect(isLoopbackHostHeader(header)).toBe(false);
    },
  );
});

describe('isAllowedDestination', () => {
  it.each(['https://relay.example/', 'https://10.0.0.1', 'http://2130706433/', 'http://[::1]:1/'])(
    'lets requests go to %s',
    (url) => {
      expect(isAllowedDestination(new URL(url))).toBe(true);
    },
  );

  it.each(['http://relay.example/', 'http://10.0.0.1', 'ftp://localhost/', 'ws://127.0.0.1/'])(
    'lets no request go to %s',
    (url) => {
      expect(isAllowedDestination(new URL(url))).toBe(false);
      expect(() => assertDestination(new URL(url))).toThrow(/^Refusing to connect to /);
    },
  );
});
