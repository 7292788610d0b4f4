import { describe, expect, it } from 'vitest';
import { outsideWorld } from '../src/main.ts';
import { endingSignals } from '../src/platform/interrupts.ts';

describe('the outside world', () => {
  it('listens to no signal by itself: inside the host they are the host’s own affair', () => {
    const before = endingSignals.map((name) => process.listenerCount(name));
    outsideWorld([]);
    expect(endingSignals.map((name) => process.listenerCount(name))).toEqual(before);
  });
});
