import type { ChatReply } from '../openrouter/chat-reply.ts';
import type { Deps } from '../platform/deps.ts';
import { chainOf } from '../routing/choose.ts';
import type { BuiltRequest } from '../routing/request.ts';
import { policyOf, type WalkEvent, type WalkResult, walk } from '../routing/walk.ts';
import type { Entry } from '../setup-file/entry.ts';

export interface WalkerWorld extends Pick<Deps, 'clock' | 'random' | 'signal'> {
  send(request: BuiltRequest): Promise<ChatReply>;
  onEvent?(event: WalkEvent): void;
}

/**
 * One request along the chain of an entry, the complex link first when it was chosen. `requestFor` says what goes on
 * the wire for a model. Throws CancelError when the signal is aborted.
 */
export function walkEntry(
  entry: Entry,
  role: 'primary' | 'complex',
  requestFor: (model: string) => BuiltRequest,
  world: WalkerWorld,
): Promise<WalkResult> {
  return walk(
    chainOf(entry, role),
    policyOf(entry),
    ({ model }) => world.send(requestFor(model)),
    world,
    world.onEvent,
  );
}
