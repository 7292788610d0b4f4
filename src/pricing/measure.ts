import { isRecord } from '../platform/record.ts';
import {
  audioTokens,
  type Effort,
  fileSize,
  imagePixels,
  newEffort,
  unknownFile,
  videoTokens,
} from './media.ts';
import { textTokens } from './text-tokens.ts';

/** The body of a request to any endpoint of OpenRouter. */
export type RequestBody = Readonly<Record<string, unknown>>;

/** An upper bound of the content of a request for any model. Infinity if only the limits of the model apply. */
export interface Measured {
  readonly textTokens: number;
  /** The pixels of each image. */
  readonly images: readonly number[];
  readonly audioTokens: number;
  readonly videoTokens: number;
  readonly fileTokens: number;
  /** Total pages of all PDFs. */
  readonly pages: number;
  /** The longest cache lifetime of any part. */
  readonly cache: 'none' | 'minutes' | 'hour';
}

/**
 * Measures everything in a body that can become part of the prompt, including unknown fields. Images, audio and
 * documents are measured by their content, not by their characters.
 */
export function measure(body: RequestBody): Measured {
  const sum: Sum = {
    textTokens: hidden.always,
    images: [],
    audioTokens: 0,
    videoTokens: 0,
    fileTokens: 0,
    pages: 0,
    cache: 'none',
    effort: newEffort(),
  };
  if (isFilled(body.tools) || isFilled(body.functions)) sum.textTokens += hidden.forTools;
  if (isRecord(body.response_format)) sum.textTokens += hidden.forSchema;
  visitMembers(body, rootPlace, sum);
  return sum;
}

/** Tokens that providers add: the frame of a prompt, instructions for tools and schemas. */
const hidden = { always: 100, forTools: 1_000, forSchema: 500 } as const;

type Sum = { -readonly [K in keyof Measured]: K extends 'images' ? number[] : Measured[K] } & {
  readonly effort: Effort;
};
type Kind = 'image' | 'audio' | 'video' | 'file' | 'text';

/** The position of a value in the body. */
interface Place {
  /** The kind of the part that contains it. */
  readonly kind: Kind;
  readonly name: string;
  /** The format that the part declares for its data. */
  readonly format: string;
}

const rootPlace: Place = { kind: 'text', name: '', format: '' };

/** Tokens for quotes, colons and commas. */
const [perMember, perItem] = [4, 2];

function visit(value: unknown, place: Place, sum: Sum): void {
  if (typeof value === 'string') {
    if (isPayload(place)) addMedia(value, place, sum);
    else sum.textTokens += textTokens(value);
  } else if (Array.isArray(value)) {
    sum.textTokens += perItem * (value.length + 1);
    for (const item of value) visit(item, place, sum);
  } else if (isRecord(value)) visitMembers(value, place, sum);
  else sum.textTokens += String(value).length;
}

function isPayload({ kind, name }: Place): boolean {
  // An earlier audio answer is referred to by its id.
  return kind !== 'text' && (payloads.has(name) || (kind === 'audio' && name === 'id'));
}

function visitMembers(record: RequestBody, place: Place, sum: Sum): void {
  if (place.name.includes('cache_') && isCache.test(place.name)) noteCache(record, sum);
  if (isReference(record, place)) sum.textTokens = Number.POSITIVE_INFINITY;
  const kind = kindOf(record, place);
  const format = [record.format, record.media_type].find((each) => typeof each === 'string') ?? '';
  for (const name of Object.keys(record)) {
    const value = record[name];
    sum.textTokens += textTokens(name) + perMember;
    const own = kind === 'text' && typeof value === 'string' ? kindByName.get(name) : kind;
    if (own === undefined && typeof value === 'string') sum.textTokens += textTokens(value);
    else visit(value, { kind: own ?? kind, name, format: String(format) }, sum);
  }
}

/** Whether it refers to stored content of unknown size: an earlier answer, a conversation, a message, a prompt. */
function isReference(record: RequestBody, place: Place): boolean {
  if (place !== rootPlace) return record.type === 'item_reference';
  const { previous_response_id: answer, conversation, prompt } = record;
  return (answer ?? conversation ?? null) !== null || isRecord(prompt);
}

const isCache = /^(cache_control|prompt_cache_\w+)$/;

function noteCache({ ttl }: RequestBody, sum: Sum): void {
  if (ttl !== undefined && ttl !== null && ttl !== '5m') sum.cache = 'hour';
  else if (sum.cache === 'none') sum.cache = 'minutes';
}

// Names of OpenAI's, OpenRouter's and Anthropic's parts: values of `type`, and members that contain a part.
const kindByName: ReadonlyMap<unknown, Kind> = new Map<unknown, Kind>([
  ...kinds('image', ['image_url', 'input_image', 'image', 'image_file']),
  ...kinds('audio', ['input_audio', 'audio', 'audio_url']),
  ...kinds('video', ['video_url', 'input_video', 'video']),
  ...kinds('file', ['file', 'input_file', 'document']),
]);

/** Members of a part with its data, its URL, or the id of an uploaded file. */
const payloads: ReadonlySet<string> = new Set([
  ...['url', 'data', 'file_data', 'file_url', 'file_id'],
  ...['image_url', 'audio_url', 'video_url'],
]);
const textTypes: ReadonlySet<unknown> = new Set(['text', 'input_text', 'output_text']);

function kinds(kind: Kind, names: readonly string[]): [string, Kind][] {
  return names.map((name) => [name, kind]);
}

function kindOf({ type }: RequestBody, place: Place): Kind {
  if (textTypes.has(type)) return 'text';
  if (place.kind !== 'text') return place.kind;
  return kindByName.get(type) ?? kindByName.get(place.name) ?? 'text';
}

/** Goes by the declared type of the data, or for a PDF by its first bytes. A URL or id counts as large as possible. */
function addMedia(value: string, place: Place, sum: Sum): void {
  const [head = '', type = ''] = /^\s*data:([^;,]*)[^,]*,/i.exec(value.slice(0, 500)) ?? [];
  const isData = head !== '' || (/data$/.test(place.name) && !/^[^/]{0,20}:/.test(value));
  const data = isData ? value.slice(head.length) : null;
  const isPdf = data !== null && /^\s*JVBERi/.test(data);
  const kind = isPdf ? 'file' : (kindOfType(type) ?? kindOfType(place.format) ?? place.kind);
  if (kind === 'image')
    sum.images.push(data === null ? Number.POSITIVE_INFINITY : imagePixels(data));
  else if (kind === 'video')
    sum.videoTokens += data === null ? Number.POSITIVE_INFINITY : videoTokens(data);
  else if (kind === 'audio') {
    sum.audioTokens +=
      data === null ? Number.POSITIVE_INFINITY : audioTokens(data, `${type}${place.format}`);
  } else {
    const { tokens, pages } = data === null ? unknownFile : fileSize(data, sum.effort);
    sum.fileTokens += tokens;
    sum.pages += pages;
  }
}

/** The kind of a media type like `image/png`. */
function kindOfType(type: string): Kind | null {
  const [kind] = /^(image|audio|video)(?=\/)/i.exec(type) ?? [];
  if (kind !== undefined) return kindByName.get(kind.toLowerCase()) ?? null;
  return /^(application|text)\//i.test(type) ? 'file' : null;
}

function isFilled(list: unknown): boolean {
  return Array.isArray(list) && list.length > 0;
}

/** All enabled plugins with this id, because it is unknown which one OpenRouter uses. */
export function pluginsOf({ plugins }: RequestBody, id: string): readonly RequestBody[] {
  if (!Array.isArray(plugins)) return none;
  return plugins.filter(isRecord).filter((plugin) => plugin.id === id && !isOff(plugin));
}

const none: readonly RequestBody[] = [];

export function isOff({ enabled }: RequestBody): boolean {
  return enabled === false;
}
