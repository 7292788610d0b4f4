import { describe, expect, test } from 'vitest';
import { parseFaults } from '../../src/sandbox/faults.ts';
import { hasDescription, readDescription } from '../helpers/openapi.ts';
import { type Got, post, start } from './start.ts';

const why = hasDescription ? '' : ' (skipped: no API description beside the checkout)';
const model = 'anthropic/claude-sonnet-4';
const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };

const requests = {
  '/responses': {
    asked: { model, input: 'Hello there' },
    tools: [{ type: 'function', name: 'weather', parameters, strict: null }],
    required: 'required',
    cut: { max_output_tokens: 1 },
  },
  '/messages': {
    asked: { model, max_tokens: 100, messages: [{ role: 'user', content: 'Hello there' }] },
    tools: [{ name: 'weather', input_schema: parameters }],
    required: { type: 'any' },
    cut: { max_tokens: 1 },
  },
} as const;

describe.skipIf(!hasDescription).each(['/responses', '/messages'] as const)(
  `%s satisfies OpenRouter's description${why}`,
  (path) => {
    const check = hasDescription ? readDescription() : () => '';
    const { asked, tools, required, cut } = requests[path];
    const ask = async (more: object, faults = ''): Promise<Got> => {
      const sandbox = await start(faults === '' ? {} : { faults: parseFaults(faults) });
      return post(sandbox, path, { ...asked, ...more });
    };

    test.each([
      ['plain', {}],
      ['with a tool call', { tools, tool_choice: required }],
      ['cut off by the limit of tokens', cut],
      ['to an unknown model', { model: 'nobody/nothing' }],
    ])('an answer %s', async (_name, body) => {
      const got = await ask(body);
      expect(check('post', path, got.status, got.json)).toBe('');
    });

    test.each([
      ['plain', {}, ''],
      ['with a tool call', { tools, tool_choice: required }, ''],
      ['cut off by the limit of tokens', cut, ''],
      ['that breaks off', {}, '*:midstream'],
      ['that is empty', {}, '*:empty'],
    ])('every event of a stream %s', async (_name, body, faults) => {
      const got = await ask({ ...body, stream: true }, faults);
      const events = eventsOf(got.text);
      expect(events.length).toBeGreaterThan(2);
      for (const event of events) {
        expect(check('post', path, 200, event, 'text/event-stream')).toBe('');
      }
    });

    test.each('400 401 403 404 429 500 503 529 empty'.split(' '))('the fault %s', async (fault) => {
      const got = await ask({}, `*:${fault}`);
      expect(check('post', path, got.status, got.json)).toBe('');
    });
  },
);

function eventsOf(text: string): { event: string; data: unknown }[] {
  return [...text.matchAll(/event: (.*)\ndata: (.*)\n\n/g)].map(([, event = '', data = '']) => ({
    event,
    data: JSON.parse(data),
  }));
}
