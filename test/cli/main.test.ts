import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { outsideWorld } from '../../src/cli/main.ts';
import { endingSignals } from '../../src/platform/interrupts.ts';

describe('the outside world', () => {
  it('listens to no signal by itself: inside the host they are the host’s own affair', () => {
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
