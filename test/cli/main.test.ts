import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { outsideWorld } from '../../src/cli/main.ts';
import { endingSignals } from '../../src/platform/interrupts.ts';

describe('the outside world', () => {
  it('handles no signal by itself, since inside the host they belong to the host', () => {
    const before = endingSignals.map((name) => process.listenerCount(name));
    outsideWorld([]);
    expect(endingSignals.map((name) => process.listenerCount(name))).toEqual(before);
  });
});

describe('the home folder', () => {
  it.each([
    ['/home/me', '/home/me'],
    ['relative', null],
    ['./relative', null],
    ['~', null],
    ['', null],
  ])('with HOME=%s is %s', (home, expected) => {
    vi.stubEnv('HOME', home);
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(outsideWorld([]).place.home).toBe(expected);
  });
});

it('a relative TMPDIR is below the folder of the start, wherever it is used', () => {
  vi.stubEnv('TMPDIR', 'here');
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(outsideWorld([]).place.temporaryFolder).toBe(`${process.cwd()}/here`);
});
