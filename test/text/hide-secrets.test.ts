import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Json5SyntaxError } from '../../src/config/json5/syntax-error.ts';
import { hideSecrets, maskSecrets } from '../../src/text/hide-secrets.ts';
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
    [' export SSH_PASSPHRASE=abc', ' export SSH_PASSPHRASE=(hidden)'],
    [' export TWILIO_AUTH=abc', ' export TWILIO_AUTH=(hidden)'],
    [' DB_PASS="a\\"b c"', ' DB_PASS="(hidden)"'],
    [" DB_PASS='a\\' # c", " DB_PASS='(hidden)' # c"],
    [' curl -H "Authorization: Bearer abc" x', ' curl -H "Authorization: (hidden)" x'],
    [
      ' export DATABASE_URL=postgres://me:s3cret@db.example/app',
      ' export DATABASE_URL=postgres://me:(hidden)@db.example/app',
    ],
    [' proxy: "http://me:p@ss@proxy:80",', ' proxy: "http://me:(hidden)@proxy:80",'],
    [' # my key is sk-proj-abcdefghijkl', ' # my key is (hidden)'],
    ["-export A_KEY='sk-or-v1-'9f8e7d6c", "-export A_KEY='(hidden)"],
    ['-export A_KEY="sk-or-v1-""9f8e7d6c"', '-export A_KEY="(hidden)"'],
    ['-export A_KEY="sk-or-v1-\\\n-9f8e7d6c"', '-export A_KEY="(hidden)\n-(hidden)"'],
    ['-  apiKey: "sk-or-v1-9f8e\\\n-7d6c",', '-  apiKey: "(hidden)\n-(hidden)",'],
    [
      `-export A_KEY="$(printf sk-or-v1-%s ${'9f8e'.repeat(16)})"`,
      '-export A_KEY="$(printf (hidden)',
    ],
    [`-export A_KEY=$(printf %s ${'9f8e'.repeat(16)})`, '-export A_KEY=(hidden)'],
  ])('%s is hidden', (line, hidden) => {
    expect(hideSecrets(line)).toBe(hidden);
  });

  it.each([
    ` apiKey: "\${OPENROUTER_API_KEY}",`,
    ' export A_KEY=$OTHER',
    ' url: "postgres://me:$PASSWORD@db/app",',
    ' url: "https://me@host:8080/a:b@c",',
    ' "auth": { "profiles": {} },',
    ' auth: true,',
    ' export SSH_AUTH_SOCK=/run/agent',
    ' export A_KEY="$(pass show openrouter)"',
    ' parameters: { max_tokens: 500 },',
    ' complexTriggers: ["key"],',
    ' defaultModel: "anthropic/claude-sonnet-4",',
    `+export OPENROUTER_API_KEY=${testKey}`,
  ])('%s stays', (line) => {
    expect(hideSecrets(line)).toBe(line);
  });

  it('is hidden for any value', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9+/_-]{6,40}$/), (value) => {
        expect(hideSecrets(` X_TOKEN=${value}`)).toBe(' X_TOKEN=(hidden)');
      }),
      seeded(1000),
    );
  });
});

const secret = 'sup3r-s3cret.value/9';

describe('a secret in text with a syntax error', () => {
  it.each([
    `apiKey: "${secret}" defaultModel: "openai/gpt-4o"`,
    `"apiKey": '${secret}',`,
    `apiKey "${secret}"`,
    `apiKey: ${secret}`,
    `apiKey: "${secret}`,
    `apiKey: "${secret}" "${secret}"`,
    `apiKey:\n  "${secret}"`,
    `key:\n apiKey: "${secret}"`,
    `apiKey: "a" "token": "${secret}"`,
    `apiKey: ["${secret}"`,
    `headers: { Authorization: "Bearer ${secret}" }`,
    `headers: { "X-Api-Key": "${secret}" }`,
    `accessToken: '${secret}'`,
    `apiKey = "${secret}"`,
    `apiKey="${secret}"`,
    `apiKey = ${secret}=`,
    `baseUrl: "https://me:${secret}@host/"`,
    `baseUrl = https://me:${secret}@host/`,
  ])('is hidden in %j without a change of length', (text) => {
    const hidden = maskSecrets(text);
    expect(hidden).not.toContain(secret.slice(0, 5));
    expect(hidden).toHaveLength(text.length);
    expect(hidden.indexOf('\n')).toBe(text.indexOf('\n'));
  });

  it('is hidden in any form, without a change of length', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9_.+/=-]{8,60}$/);
    fc.assert(
      fc.property(word, fc.constantFrom('"', "'", ''), fc.string(), (key, quote, around) => {
        const text = `${around}\napiKey: ${quote}${key}${quote}`;
        const hidden = maskSecrets(text);
        expect(hidden).toHaveLength(text.length);
        expect(hidden.split('\n').at(-1)).not.toContain(key);
      }),
    );
  });

  it('is hidden before a long line is cut inside it', () => {
    const text = `{ apiKey: "${secret.repeat(12)}" x }`;
    const { frame } = new Json5SyntaxError(text, text.indexOf(' x'), {
      expected: '","',
      found: 'x',
      hint: 'A comma is missing before this',
    });
    expect(frame).not.toContain('s3cret');
  });
});

it('does not hide references and other text', () => {
  const text = `apiKey: "\${OPENROUTER_API_KEY}", defaultModel: "openai/gpt-4o" fallbackModels: []`;
  expect(maskSecrets(text)).toBe(text);
});
