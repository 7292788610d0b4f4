import { isRecord } from '../platform/record.ts';

/**
 * A block that the host (OpenClaw up to 2026.9.6) adds to a person's message, and removes before it shows the message
 * (`stripInboundMetadata`, `stripInternalRuntimeContext`, `stripEnvelope`). Patterns match single lines from their
 * start, so that a message is read only once.
 */
interface HostBlock {
  readonly opens: RegExp;
  /** The following line must match too, because a person could have written the first one. */
  readonly next?: RegExp;
  /** Where the block ends: with the line, the paragraph, the message, or the line that matches (inclusive). */
  readonly extent: 'line' | 'paragraph' | 'rest' | 'labelled' | 'medium' | RegExp;
  readonly nests?: boolean;
  /** The paragraph after the last line is part of the block. */
  readonly andParagraph?: boolean;
  /** A message with its own envelope may follow. */
  readonly restarts?: boolean;
  /** The block represents an image or a file that a person sent. */
  readonly isMedia?: boolean;
  /** Only recognized below the heading of a media block. */
  readonly ofMedium?: boolean;
}

const medium = /^\[(?:Image|Video|Audio)(?: \d+\/\d+)?\]$/;
const notice = /^This context is runtime-generated, not user-authored\./;

/** First match wins. Add the next form here. */
const blocks: readonly HostBlock[] = [
  {
    opens: /^<<<BEGIN_OPENCLAW_INTERNAL_CONTEXT>>>$/,
    extent: /^<<<END_OPENCLAW_INTERNAL_CONTEXT>>>$/,
    nests: true,
  },
  { opens: /^<<<END_OPENCLAW_INTERNAL_CONTEXT>>>$/, extent: 'line' },
  {
    opens: /^(?:OpenClaw runtime context \(internal\):|\[Internal task completion event\])$/,
    extent: /^Action:$/,
    andParagraph: true,
  },
  { opens: /^---$/, next: /^\[Internal task completion event\]$/, extent: 'line' },
  { opens: /^OpenClaw runtime (?:context for the .+|event\.)$/, next: notice, extent: 'line' },
  { opens: notice, extent: 'line' },
  // Channel metadata: the rest of the message describes the channel.
  {
    opens: /^(?:Context: ⟦openclaw:ctx⟧|Untrusted context \(metadata, .*\):)$/,
    extent: 'rest',
  },
  { opens: /^Context:$/, next: /^<active_memory_plugin>$/, extent: 'line' },
  { opens: /^<active_memory_plugin>$/, extent: /^<\/active_memory_plugin>$/ },
  { opens: /^.+ ⟦openclaw:ctx⟧$/, extent: 'labelled' },
  { opens: /^[^()]+ \(untrusted(?: metadata|, for context)\):$/, extent: 'labelled' },
  {
    opens: /^\[(?:Chat messages since your last reply|Recent chat messages) - for context\]$/,
    extent: /^\[Current message - respond to this\]$/,
    restarts: true,
  },
  { opens: /^\[Current message - respond to this\]$/, extent: 'line', restarts: true },
  { opens: /^\[Thread (?:history|starter) - for context\]$/, extent: 'paragraph' },
  { opens: /^\[Queued messages while agent was busy\]$/, extent: 'line' },
  { opens: /^---$/, next: /^Queued #\d+(?: \(from .*\))?$/, extent: 'line' },
  { opens: /^Queued #\d+(?: \(from .*\))?$/, extent: 'line', restarts: true },
  { opens: /^Queued #\d+ context:$/, extent: 'paragraph' },
  {
    opens: /^Current message:$/,
    next: /^(?:\[Replying to: |#\d+:)/,
    extent: 'line',
    restarts: true,
  },
  {
    opens: /^<<<EXTERNAL_UNTRUSTED_CONTENT\b.*>>>$/,
    extent: /^<<<END_EXTERNAL_UNTRUSTED_CONTENT\b.*>>>$/,
  },
  { opens: /^SECURITY NOTICE: The following content is from an EXTERNAL/, extent: 'paragraph' },
  { opens: /^Job ID: \S+(?: \| Received: .*)?$/, extent: 'line' },
  { opens: medium, extent: 'line', isMedia: true },
  { opens: /^User text:$/, extent: 'line' },
  { opens: /^Transcript:$/, extent: 'line', ofMedium: true },
  // A model's description of an image, up to the next one.
  { opens: /^Description:$/, extent: 'medium', ofMedium: true },
  { opens: /^\[media attached(?: \d+\/\d+)?: .*\]$/, extent: 'line', isMedia: true },
  { opens: /^\[User sent media without caption\]$/, extent: 'line', isMedia: true },
  { opens: /^To send an image back, prefer the message tool/, extent: 'line' },
  { opens: /^\[message_id: [^\]]*\]$/i, extent: 'line' },
  { opens: /^\[Forwarded from .*\]$/, extent: 'line' },
  {
    opens:
      /^Delivery: (?:to send a message, use the `message` tool|Final assistant text is not automatically delivered|No visible reply is delivered automatically)/,
    extent: 'line',
  },
  { opens: /^System(?: \(untrusted\))?: \[[^\]]*\d{4}-\d{2}-\d{2}/, extent: 'paragraph' },
  {
    opens: /^System(?: \(untrusted\))?: /,
    next: /^System(?: \(untrusted\))?: /,
    extent: 'paragraph',
  },
  { opens: /^Active goal: .* — advance; keep active until fully achieved;/, extent: 'line' },
  { opens: /^Current time: /, next: /^Reference UTC: /, extent: 'line' },
  { opens: /^Reference UTC: \d{4}-\d{2}-\d{2} \d{2}:\d{2} UTC$/, extent: 'line' },
  { opens: /^Runtime: [a-z]+=.* \| [a-zA-Z_]+=/, extent: 'line' },
  { opens: /^This is an unattended scheduled run\. Nobody is present/, extent: 'rest' },
  { opens: /^\[Bootstrap truncation warning\]$/, extent: 'paragraph' },
  // Claude Code and Codex.
  { opens: /^<system-reminder>.*<\/system-reminder>$/, extent: 'line' },
  { opens: /^<system-reminder>/, extent: /<\/system-reminder>$/ },
  {
    opens: /^<(?:environment_context|permissions instructions)>/,
    extent: /<\/(?:environment_context|permissions instructions)>$/,
  },
  { opens: /^# AGENTS\.md instructions for /, next: /^$|^<INSTRUCTIONS>$/, extent: 'rest' },
];

/** Beginnings of messages that the host or another agent wrote. */
const hostMessages: readonly RegExp[] = [
  /^Continue the OpenClaw runtime event\.$/,
  /^\[OpenClaw (?:heartbeat poll|exec completion|cron wake|session event|runtime event|room event|session [a-z]+)\]/,
  /^\[Inter-session message\]/,
  /^\[Subagent (?:Context|Task)\]/,
  /^\[Startup context loaded by runtime\]$/,
  /^A new session was started via \/new or \/reset/,
  /^(?:Follow the heartbeat monitor scratch context when provided|Read HEARTBEAT\.md if it exists)/,
  /^A scheduled reminder has been triggered\. /,
  /^An async command (?:did not run\.|completion event was triggered|you ran earlier |the user already approved )/,
  /^An approved async command (?:has an unknown|was not dispatched)/,
  /^The previous assistant turn (?:recorded reasoning|completed its tool calls) but did not produce/,
  /^The previous attempt (?:did not produce a user-visible answer|compacted the conversation context)/,
  /^Continue the current task from the existing transcript, preserving completed work\./,
  /^The conversation history before this point was compacted into the following summary:/,
  /^The following is a summary of a branch that this conversation came back from:/,
  /^(?:Pre-compaction memory flush|Save important context from this session to the daily memory file)/,
  /^(?:Image\(s\)|Attached image\(s\)) from tool result/,
];

/** A person's text follows this line in a message that the host began. */
const userNote = /^User note for this reset turn\b/;

/**
 * The text of the last message that a person wrote, with its text parts joined; empty if there is none or it has no
 * text. Later messages of the host, such as its runtime context, are skipped.
 */
export function lastPersonText(messages: readonly unknown[]): string {
  for (let i = messages.length - 1; i >= 0; i -= 1) {
    const message = messages[i];
    if (!isRecord(message) || message.role !== 'user') continue;
    const text = personText(message.content);
    if (text !== null) return text;
  }
  return '';
}

/** Whether a person wrote any of the message, not only the host or a tool. */
export function isOfPerson(message: unknown): boolean {
  return isRecord(message) && message.role === 'user' && personText(message.content) !== null;
}

/** Null if the host wrote all of it. */
function personText(content: unknown): string | null {
  if (typeof content === 'string') return withoutHostText(content);
  if (!Array.isArray(content)) return null;
  // Anthropic puts tool results into user messages.
  const parts = content.filter((part: unknown) => !isRecord(part) || part.type !== 'tool_result');
  const texts = parts.map((part: unknown) => (isRecord(part) ? part.text : undefined));
  const strings = texts.filter((text) => typeof text === 'string');
  const written = strings.map(withoutHostText).filter((text) => text !== null);
  if (written.length > 0) return written.join('\n');
  // An image counts as a person's unless the host says that it comes from a tool.
  return strings.length < parts.length && strings.every((text) => text.trim() === '') ? '' : null;
}

function withoutHostText(text: string): string | null {
  const lines = text.split(/\r?\n/);
  const kept: string[] = [];
  let hasBegun = false;
  let hasMedia = false;
  let inMedium = false;
  for (let i = 0; i < lines.length; ) {
    const whole = lines[i] ?? '';
    const line: string = hasBegun ? whole.trim() : withoutEnvelope(whole.trim());
    if (!hasBegun && hostMessages.some((form) => form.test(line))) {
      i = after(lines, i, userNote);
      continue;
    }
    const next = lines[i + 1]?.trim() ?? '';
    const block = blocks.find(
      ({ opens, next: form, ofMedium }) =>
        opens.test(line) && (form?.test(next) ?? true) && (inMedium || ofMedium !== true),
    );
    if (block === undefined) {
      kept.push(hasBegun ? whole : line);
      hasBegun ||= line !== '';
      i += 1;
    } else {
      i = endOf(block, lines, i);
      hasMedia ||= block.isMedia === true;
      inMedium ||= block.opens === medium;
      if (block.restarts === true) hasBegun = false;
    }
  }
  const written = kept.join('\n').trim();
  return written === '' && !hasMedia ? null : written;
}

/** The index of the first line after a block. A block that is never closed extends to the end. */
function endOf(block: HostBlock, lines: readonly string[], at: number): number {
  const { extent } = block;
  if (extent === 'line') return at + 1;
  if (extent === 'rest') return lines.length;
  if (extent === 'paragraph') return after(lines, at, /^$/);
  if (extent === 'labelled') {
    const isFenced = lines[at + 1]?.trim() === '```json';
    return isFenced ? after(lines, at + 1, /^```$/) : after(lines, at, /^$/);
  }
  if (extent === 'medium') return indexOf(lines, at, medium);
  let depth = 1;
  for (let i = at + 1; i < lines.length; i += 1) {
    const line = lines[i]?.trim() ?? '';
    if (extent.test(line)) depth -= 1;
    else if (block.nests === true && block.opens.test(line)) depth += 1;
    if (depth === 0) return block.andParagraph === true ? after(lines, i, /^$/) : i + 1;
  }
  return lines.length;
}

function after(lines: readonly string[], at: number, form: RegExp): number {
  return Math.min(indexOf(lines, at, form) + 1, lines.length);
}

/** The index of the first match after line `at`, or the number of lines. */
function indexOf(lines: readonly string[], at: number, form: RegExp): number {
  for (let i = at + 1; i < lines.length; i += 1) if (form.test(lines[i]?.trim() ?? '')) return i;
  return lines.length;
}

const timeStamp = /^\[[A-Z][a-z]{2} \d{4}-\d{2}-\d{2} \d{2}:\d{2}[^\]]*\] */;
const ofChannel =
  /^(?:WebChat|WhatsApp|Telegram|Signal|Slack|Discord|Google Chat|iMessage|Teams|Matrix|Zalo) |\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/;
const maxHeaderLength = 1000;
const sender = /^([^:\n]{1,100}): /;
const quoted = /^\[Replying to: "(?:[^"\\]|\\.)*"\] */;

/** `[Sat 2026-11-28 23:25 UTC] `, `[Telegram Ann id:7 +2m 2026-11-28T23:25Z] Ann: `, `[cron:<id> <name>] `, `#12: ` */
function withoutEnvelope(line: string): string {
  const bare = line
    .replace(timeStamp, '')
    .replace(quoted, '')
    .replace(/^#\d+: ?/, '');
  if (bare.startsWith('[cron:')) return bare.slice(closingBracket(bare) + 1).trimStart();
  const end = bare.slice(0, maxHeaderLength).indexOf(']');
  const header = bare.slice(1, Math.max(1, end));
  if (!bare.startsWith('[') || !ofChannel.test(header)) return bare;
  const body = bare.slice(end + 1).trimStart();
  const [prefix = '', label = ''] = sender.exec(body) ?? [];
  const isSender =
    /^\((?:self|sender)\)$| \([^()]+\)$/.test(label) || ` ${header} `.includes(` ${label} `);
  return (isSender ? body.slice(prefix.length) : body).replace(timeStamp, '');
}

/** The index of the closing bracket, or -1. Job names may contain brackets. */
function closingBracket(text: string): number {
  let depth = 0;
  for (let i = 0; i < text.length; i += 1) {
    if (text[i] === '[') depth += 1;
    else if (text[i] === ']') depth -= 1;
    if (depth === 0) return i;
  }
  return -1;
}
