import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseModel } from '../../src/routing/choose.ts';
import { isOfPerson, lastPersonText } from '../../src/routing/person-text.ts';
import { entry } from './entry.ts';

interface Form {
  readonly form: string;
  readonly content: string | readonly unknown[];
  /** Null where the host wrote all of it. */
  readonly person: string | null;
}

// As OpenClaw 2026.9.6 and its functions for prompts write them, with `analyse` among its words.
const path = join(import.meta.dirname, '..', 'fixtures', 'host', 'person-text.json');
const forms: readonly Form[] = JSON.parse(readFileSync(path, 'utf8'));
const user = (content: unknown) => ({ role: 'user', content });
const words = 'please draw a purple cow';

describe('the last message of a person', () => {
  it.each(forms)('is found: $form', ({ content, person }) => {
    const messages = [user('an earlier wish'), { role: 'assistant', content: 'Well' }];
    expect(lastPersonText([...messages, user(content)])).toBe(person ?? 'an earlier wish');
  });

  it('is the one before the results of tools and what the host adds after them', () => {
    const hostOnly = forms.filter(({ person }) => person === null);
    const tail = hostOnly.flatMap(({ content }) => [
      { role: 'assistant', content: null, tool_calls: [{ id: 'call_1' }] },
      { role: 'tool', tool_call_id: 'call_1', content: 'analyse' },
      user(content),
    ]);
    expect(lastPersonText([user('first'), user(words), ...tail])).toBe(words);
  });

  it('joins the text parts', () => {
    const parts = [{ type: 'text', text: 'a' }, { type: 'image_url' }, { type: 'text', text: 'b' }];
    expect(lastPersonText([user('first'), user(parts)])).toBe('a\nb');
  });

  it.each([
    ['[Thread starter - for context]\nanalyse\nanalyse\n\n', ''],
    ['Queued #12 context:\nanalyse\n\n', ''],
    ['Queued #12\n', ''],
    ['---\nQueued #12\n', ''],
    ['Current message:\n#42: ', ''],
    ['Current message:\n[Replying to: "\\"analyse\\""] ', ''],
    ['[Current message - respond to this]\n[Sat 2026-11-28 22:10 UTC] ', ''],
    ['[Telegram Ann 2026-11-28T22:10Z] Ann: [Sat 2026-11-28 22:10 UTC] ', ''],
    ['[Forwarded from Analyse Ann]\n', ''],
    ['To send an image back, prefer the message tool: analyse\n', ''],
    [
      '[Image 10/12]\nUser text:\n',
      '\nDescription:\nanalyse\n\n[Video 11/12]\nDescription:\nanalyse',
    ],
    ['[media attached 10/12: analyse.png]\n', ''],
    ['System (untrusted): [Sat 2026-11-28 22:10 UTC] analyse\nanalyse\n\n', ''],
    ['Job ID: 12\n', ''],
    ['---\n[Internal task completion event]\nanalyse\nAction:\nanalyse\n\n', ''],
    [
      'OpenClaw runtime event.\nThis context is runtime-generated, not user-authored. Analyse.\n',
      '',
    ],
    ['<<<END_OPENCLAW_INTERNAL_CONTEXT>>>\n', ''],
    ['<system-reminder>analyse</system-reminder>\n', ''],
    ['<system-reminder></system-reminder> x\nanalyse\n</system-reminder>\n', ''],
    ['<system-reminder>\nanalyse</system-reminder> x\nanalyse</system-reminder>\n', ''],
    ['<environment_context>\n</environment_context> x\nanalyse\n</environment_context>\n', ''],
    ['System: [2026-11-28 22:10 UTC] analyse\nanalyse\n\n', ''],
    [
      '[Internal task completion event]\nan Action:\n\nAction: x\n\nAction:\nanalyse\nanalyse\n\n',
      '',
    ],
    ['Sender: ⟦openclaw:ctx⟧\nanalyse\nanalyse\n\n', ''],
    ['Sender: ⟦openclaw:ctx⟧\n  ```json  \nanalyse\n\nanalyse\n```\n', ''],
    ['', '\nSender: ⟦openclaw:ctx⟧'],
    [
      'A new session was started via /new or /reset.\nno User note for this reset turn\nUser note for this reset turn:\n',
      '',
    ],
    ['[cron:7 Analyse] [Forwarded from Analyse Ann]\n', ''],
    ['[WhatsApp Analyse Ann] ', ''],
    ['[WhatsApp Ann] (self): ', ''],
    ['[Sat 2026-11-28 22:10 UTC]', ''],
    ['Current message:\n#42:', ''],
    ['[message_id: 1]\n', ''],
    ['Runtime: agent=analyse | host=analyse\n', ''],
    ['[User sent media without caption]\n', ''],
    [
      '  [Forwarded from Analyse Ann]  \n---\n  Queued #12  \n',
      '\n  [Bootstrap truncation warning]  ',
    ],
    ['', '\n# AGENTS.md instructions for /home'],
    ['', '\n\n[Bootstrap truncation warning]\nanalyse\n\n'],
    ['', '\n\nThis is an unattended scheduled run. Nobody is present, analyse\n\nanalyse'],
    ['', '\n# AGENTS.md instructions for /home\n\nanalyse'],
    ['', '\n# AGENTS.md instructions for /home\n<INSTRUCTIONS>\nanalyse'],
  ])('is found between %j and %j', (before, after) => {
    expect(lastPersonText([user(`${before}${words}${after}`)])).toBe(words);
  });

  it.each([
    ['<<<BEGIN_OPENCLAW_INTERNAL_CONTEXT>>>', '<<<END_OPENCLAW_INTERNAL_CONTEXT>>>'],
    ['<<<EXTERNAL_UNTRUSTED_CONTENT id="1">>>', '<<<END_EXTERNAL_UNTRUSTED_CONTENT id="1">>>'],
    ['<active_memory_plugin>', '</active_memory_plugin>'],
    ['[Recent chat messages - for context]', '[Current message - respond to this]'],
    ['Sender: ⟦openclaw:ctx⟧\n```json', '```'],
  ])('begins only after the line that closes %s', (opens, closes) => {
    const block = `${opens}\nanalyse\n\nx ${closes}\n${closes} x\nanalyse\n  ${closes}  `;
    expect(lastPersonText([user(`${block}\n${words}`)])).toBe(words);
  });

  it.each([
    ['[Recent chat messages - for context]\nanalyse\n[Current message - respond to this]\n'],
    ['[Current message - respond to this]\n'],
    ['Queued #2\n'],
    ['Current message:\n#7: '],
  ])('is one of several, each with its own envelope, after %j', (before) => {
    const message = `[Sat 2026-11-28 22:10 UTC] hello\n${before}[Sat 2026-11-28 22:10 UTC] ${words}`;
    expect(lastPersonText([user(message)])).toBe(`hello\n${words}`);
  });

  it.each([['[Image]\nDescription:\nanalyse'], ['[User sent media without caption]']])(
    'is empty for media without words: %j',
    (content) => {
      expect(lastPersonText([user('first'), user(content)])).toBe('');
    },
  );

  it.each([
    ['a ---\nQueued #1', 'a ---'],
    ['--- a\nQueued #1', '--- a'],
    ['---\nsee Queued #1', null],
    ['---\nQueued #1 later', null],
    ['a ---\n[Internal task completion event]', 'a ---'],
    ['--- a\n[Internal task completion event]', '--- a'],
    ['---\nsee [Internal task completion event]', null],
    ['---\n[Internal task completion event] later', null],
    ['a Context:\n<active_memory_plugin>', 'a Context:'],
    ['Context: a\n<active_memory_plugin>', 'Context: a'],
    ['Context:\nsee <active_memory_plugin>', null],
    ['Context:\n<active_memory_plugin> later', null],
    ['a Current message:\n#7: b', null],
    ['Current message: a\n#7: b', null],
    ['Current message:\nsee #7: b', null],
    [
      'an OpenClaw runtime event.\nThis context is runtime-generated, not user-authored.',
      'an OpenClaw runtime event.',
    ],
    [
      'OpenClaw runtime event. So\nThis context is runtime-generated, not user-authored.',
      'OpenClaw runtime event. So',
    ],
    ['the Current time: now\nReference UTC: 2026-11-28 22:10 UTC', 'the Current time: now'],
    ['Current time: now\nthe Reference UTC: 2026-11-28 22:10 UTC', null],
    ['see System: a\nSystem: b', null],
    ['System: a\nsee System: b', null],
    ['see # AGENTS.md instructions for a\n<INSTRUCTIONS>', null],
    ['# AGENTS.md instructions for a\nare <INSTRUCTIONS>', null],
    ['# AGENTS.md instructions for a\n<INSTRUCTIONS> b', null],
    ['Transcript:\nof it', null],
    ['[Forwarded from Ann]\nTranscript:\nof it', 'Transcript:\nof it'],
    ['[Audio]\nTranscript: of it', 'Transcript: of it'],
    ['[Audio]\nmy Transcript:', 'my Transcript:'],
    ['[Image]\nDescription: of it', 'Description: of it'],
    ['[Image]\nmy Description:', 'my Description:'],
    ['hello\n#7: there', null],
    ['hello\n[Forwarded from Ann]\n#7: there', 'hello\n#7: there'],
    ['see #7: there', null],
    ['see [Replying to: "x"] there', null],
    ['[my Telegram note] there', null],
    ['[cron: there', null],
    ['[Telegram Ann 2026-11-28T22:10Z] note: there', 'note: there'],
    ['[Telegram Ann 2026-11-28T22:10Z] (sender) of it: there', '(sender) of it: there'],
    ['[Telegram Ann 2026-11-28T22:10Z] Bob (7) said: there', 'Bob (7) said: there'],
  ])('includes what is not quite the host’s: %j', (content, kept) => {
    expect(lastPersonText([user(content)])).toBe(kept ?? content);
  });

  it('is empty where nobody wrote', () => {
    expect(lastPersonText([null, 7, { role: 'system', content: 'x' }, user(null)])).toBe('');
  });

  it.each([
    ['[draft] please analyse'],
    ['a [media attached: x] in the middle: analyse'],
    ['Description:\nanalyse'],
    ['---\nanalyse\n---'],
    ['System: analyse the design'],
    ['Context: analyse'],
    ['Runtime: analyse it'],
    ['Current message: analyse'],
    ['[OpenClaw] analyse'],
    ['The previous attempt failed, analyse it'],
    ['#analyse: this'],
    ['note: analyse (today): all'],
    ['```json\nanalyse\n```'],
  ])('includes text that only looks like that of the host: %j', (content) => {
    expect(lastPersonText([user(content)])).toContain('analyse');
  });

  const wholeLines = [
    ...['<<<BEGIN_OPENCLAW_INTERNAL_CONTEXT>>>', '<<<END_OPENCLAW_INTERNAL_CONTEXT>>>'],
    ...['OpenClaw runtime context (internal):', '[Internal task completion event]'],
    ...['Untrusted context (metadata, analyse):', '<active_memory_plugin>'],
    ...['[Recent chat messages - for context]'],
    ...['[Current message - respond to this]', '[Thread history - for context]'],
    ...['[Queued messages while agent was busy]', 'Queued #1', 'Queued #1 context:'],
    ...['<<<EXTERNAL_UNTRUSTED_CONTENT>>>', 'Job ID: 7', '[Image]', 'User text:'],
    ...['[media attached: a.png]', '[User sent media without caption]', '[message_id: 1]'],
    ...['[Forwarded from Ann]', 'Reference UTC: 2026-11-28 22:10 UTC'],
    ...['[Bootstrap truncation warning]'],
    ...['Continue the OpenClaw runtime event.', '[Startup context loaded by runtime]'],
  ];
  const beginnings = [
    ...['This context is runtime-generated, not user-authored.', '[Subagent Task]'],
    ...['SECURITY NOTICE: The following content is from an EXTERNAL', '<system-reminder>'],
    ...['To send an image back, prefer the message tool', '[OpenClaw heartbeat poll]'],
    ...['Delivery: to send a message, use the `message` tool', '[Inter-session message]'],
    ...['System: [2026-11-28', 'Runtime: agent=a | host=b', '<environment_context>'],
    ...['Active goal: all — advance; keep active until fully achieved;'],
    ...['This is an unattended scheduled run. Nobody is present'],
    ...['A new session was started via /new or /reset', 'Read HEARTBEAT.md if it exists'],
    ...['A scheduled reminder has been triggered. The', 'An async command did not run.'],
    ...['An approved async command was not dispatched', 'Pre-compaction memory flush'],
    ...['The previous attempt compacted the conversation context'],
    ...['The previous assistant turn recorded reasoning but did not produce'],
    ...['Continue the current task from the existing transcript, preserving completed work.'],
    ...['The conversation history before this point was compacted into the following summary:'],
    ...['The following is a summary of a branch that this conversation came back from:'],
    ...['Image(s) from tool result', '<system-reminder></system-reminder>'],
  ];

  it.each([...wholeLines, ...beginnings])('includes a line that ends with "%s"', (line) => {
    expect(lastPersonText([user(`about ${line}`)])).toContain('about');
  });

  it.each([
    ...wholeLines,
    'Context: ⟦openclaw:ctx⟧',
    'Sender: ⟦openclaw:ctx⟧',
    'Sender (untrusted metadata):',
  ])('includes a line that goes on after "%s"', (line) => {
    expect(lastPersonText([user(`${line} means what?`)])).toContain('means what?');
  });

  it.each([
    [true, 'words', words],
    [true, 'a picture', [{ type: 'image_url' }]],
    [true, 'a picture and blanks', [{ type: 'image_url' }, { type: 'text', text: ' ' }]],
    [true, 'words beside the result of a tool', [{ type: 'tool_result' }, { text: words }]],
    [false, 'the result of a tool', [{ type: 'tool_result' }]],
    [false, 'a note of the host', '<<<END_OPENCLAW_INTERNAL_CONTEXT>>>'],
    [false, 'nothing', []],
    [false, 'blanks', [{ type: 'text', text: ' ' }]],
  ])('is a person’s (%s) if it is %s', (isTheirs, _, content) => {
    expect(isOfPerson(user(content))).toBe(isTheirs);
    expect(isOfPerson({ role: 'assistant', content })).toBe(false);
    expect(isOfPerson(content)).toBe(false);
  });

  const smart = entry({
    defaultModel: 'google/flash',
    complexModel: 'anthropic/sonnet',
    complexTriggers: ['analyse', 'compare'],
  });
  const roleOf = (content: unknown) => chooseModel(smart, lastPersonText([user(content)])).role;

  it.each(forms)(
    'does not trigger the complex model by a word of the host: $form',
    ({ content }) => {
      expect(roleOf(content)).toBe('primary');
    },
  );

  it('triggers the complex model by a word of the person in every form', () => {
    const wrapped = forms.filter(({ person }) => person?.includes(words.slice(-12)));
    const written = fc.array(fc.constantFrom('foo', 'Compare', 'bar', 'baz'), { minLength: 1 });
    fc.assert(
      fc.property(fc.constantFrom(...wrapped), written, ({ content }, said) => {
        const text = JSON.stringify(content).replace(words.slice(-12), said.join(' '));
        expect(roleOf(JSON.parse(text))).toBe(said.includes('Compare') ? 'complex' : 'primary');
      }),
    );
  });

  it.each([
    ['<<<BEGIN_OPENCLAW_INTERNAL_CONTEXT>>>\n'],
    ['Sender: ⟦openclaw:ctx⟧\n\n'],
    ['[Current message - respond to this]\n'],
    ['[Image]\nDescription:\n'],
    ['[cron:['],
    [' (untrusted'],
    ['[Sat 2026-11-28 22:10 '],
    ['[Telegram 2026-11-28 22:10'],
    ['Current time: (('],
    ['Queued #1 (from '],
    ['\n'],
    // Minutes, if it took time that grows with the square of the length.
  ])('is found behind 200,000 of %j', (piece) => {
    expect(lastPersonText([user('hello'), user(piece.repeat(200_000))])).toBeTypeOf('string');
  });
});
