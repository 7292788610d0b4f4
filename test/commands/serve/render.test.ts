import { describe, expect, it } from 'vitest';
import { renderListening } from '../../../src/commands/serve/render.ts';
import { createWorld } from '../../helpers/world.ts';

const listening = {
  url: 'http://127.0.0.1:8788/v1',
  setupPath: '/srv/openclaw.json5',
  entries: Array.from({ length: 9 }, (_, i) => `router-number-${i}`),
  channels: ['whatsapp'],
  needsToken: true,
  notes: ['main: budget.onLimit is "explode"; it must be one of "stop", "downgrade", "free"'],
};

describe('the banner', () => {
  it('has address, models, token and notes, and fits the terminal', () => {
    const { io, place } = createWorld({}).deps;
    const text = renderListening(listening, {
      io: { ...io, stderr: { isTty: true, color: false, unicode: true, columns: 60 } },
      place,
    });
    expect(text).toContain('✓ The gateway is listening on http://127.0.0.1:8788/v1\n');
    expect(text).toMatch(/\n {4}models {3}router-number-0, /);
    expect(text).toMatch(/\n {4}API key {2}the token\n {4}page {5}http:.*:\d+\/\n/);
    for (const name of [...listening.entries, 'channel:whatsapp']) expect(text).toContain(name);
    expect(text).toContain('! main: budget.onLimit');
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(60);
  });

  it.each([
    ['linux', 'anything; other users of this machine need the token'],
    ['darwin', 'anything, from any user of this machine'],
  ] as const)('says on %s who may send requests', (platform, words) => {
    const { io, place } = createWorld({}).deps;
    const text = renderListening(
      { ...listening, needsToken: false },
      { io, place: { ...place, platform } },
    );
    expect(text).toContain(`API key  ${words}\n`);
  });
});
