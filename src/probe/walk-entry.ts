import type { Deps } from '../deps.ts';
import type { ChatReply } from '../openrouter/chat.ts';
import { chainOf, type Link, type RoutedEntry } from '../routing/choose.ts';
import { type BuiltRequest, buildRequest } from '../routing/request.ts';
import { policyOf, type WalkEvent, type WalkResult, walk } from '../routing/walk.ts';

export interface WalkerWorld extends Pick<Deps, 'clock' | 'random' | 'signal'> {
  send(request: BuiltRequest): Promise<ChatReply>;
  onEvent?(event: WalkEvent): void;
}

/** Sends one prompt as the entry does: along its chain, the complex link first when it was chosen. */
export function walkEntry(
  entry: RoutedEntry,
  role: 'primary' | 'complex',
  prompt: string,
  world: WalkerWorld,
): Promise<WalkResult> {
  const send = ({ model }: Link) => world.send(requestFor(entry, model, prompt));
  return walk(chainOf(entry, role), policyOf(entry), send, world, world.onEvent);
}

/** What goes on the wire when this entry sends this prompt to this model. */
export function requestFor(entry: RoutedEntry, model: string, prompt: string): BuiltRequest {
  const messages = [{ role: 'user', content: prompt }];
  return buildRequest(entry, model, { messages, stream: true });
}
