import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hideSecrets } from '../../src/text/hide-secrets.ts';
import { seeded } from '../helpers/seeded.ts';
import { testKey } from '../helpers/world.ts';

describe('a secret near a change', () => {
  it.each([
    [' export GITHUB_TOKEN=ghp_abcdef', ' export GITHUB_TOKEN=(hidden)'],
    [' export DB_PASSWORD="with space"', ' export DB_PASSWORD="(hidden)"'],
    ["-  apiKey: 'sk-ant-abcdefghijk',", "-  apiKey: '(hidden)',"],
    ['+  "apiKey": "plain",', '+  "apiKey": "(hidden)",'],
    [' set -gx AWS_SECRET_ACCESS_KEY abc', ' set -gx AWS_SECRET_ACCESS_KEY (hidden)'],
    [' token: "t",', ' token: "(hidden)",'],
    [' # my key is sk-proj-abcdefghijkl', ' # my key is (hidden)'],
  ])('%s is hidden', (line, hidden) => {
    expect(hideSecrets(line)).toBe(hidden);
  });

  it.each([
    ` apiKey: "\${OPENROUTER_API_KEY}",`,
    ' export A_KEY=$OTHER',
    ' parameters: { max_tokens: 500 },',
    ' complexTriggers: ["key"],',
    ' defaultModel: "anthropic/claude-sonnet-4",',
    `+export OPENROUTER_API_KEY=${testKey}`,
  ])('%s stays', (line) => {
    expect(hideSecrets(line)).toBe(line);
  });

  it('is hidden whatever it is', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9+/_-]{6,40}$/), (value) => {
        expect(hideSecrets(` X_TOKEN=${value}`)).toBe(' X_TOKEN=(hidden)');
      }),
      seeded(1000),
    );
  });
});
