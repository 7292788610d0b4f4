import { hasValue, type KeyPlace, keyPlaces } from '../host/key-sources.ts';
import type { Deps } from '../platform/deps.ts';
import { variableFor } from '../setup-file/key-format.ts';

export interface ChosenKey {
  /** The secret itself. */
  readonly key: string;
  /** Where it is, for people. */
  readonly where: string;
}

/** Finds keys for a process that goes on running while they are replaced. */
export interface KeyChooser {
  /** The key that the `apiKey` text of an entry means by now; null where it is nowhere. */
  choose(apiKeyText: string | null): Promise<ChosenKey | null>;
  /** OpenRouter does not take this key: one that was set since we started is to be preferred. */
  reject(key: string): void;
  isRejected(key: string): boolean;
  /** A place has changed: what was rejected may work again. */
  forgive(): void;
}

/**
 * The places in their usual order, but for two that a running process knows better: its environment is as old as the
 * process itself, so that the file it was loaded from has the last word once its value changes; and a key that was
 * rejected gives way to one that was set since. A place that differed from the start is somebody's own decision.
 */
export function createKeyChooser(world: Pick<Deps, 'env' | 'place' | 'files'>): KeyChooser {
  const started = new Map<string, readonly KeyPlace[]>();
  const rejected = new Set<string>();

  return {
    async choose(apiKeyText) {
      const places = (await keyPlaces(world, apiKeyText)).filter(hasValue);
      const variable = variableFor(apiKeyText);
      const before = started.get(variable) ?? places;
      started.set(variable, before);
      const current = places.filter((place) => !isOutdated(place, places, before));
      const [first] = current;
      if (first === undefined) return null;
      const renewed = rejected.has(first.value)
        ? current.find((place) => !rejected.has(place.value) && isNew(place, before))
        : undefined;
      const { value: key, source } = renewed ?? first;
      return { key, where: source.where };
    },
    reject: (key) => void rejected.add(key),
    isRejected: (key) => rejected.has(key),
    forgive: () => rejected.clear(),
  };
}

/** The environment, where the file that had its value when we started has another one by now. */
function isOutdated(
  { file, value }: KeyPlace,
  places: readonly KeyPlace[],
  before: readonly KeyPlace[],
): boolean {
  if (file !== null) return false;
  const origin = before.find((place) => place.file !== null && place.value === value);
  const now = places.find((place) => place.file !== null && place.file === origin?.file);
  return now !== undefined && now.value !== value;
}

function isNew({ file, value }: KeyPlace, before: readonly KeyPlace[]): boolean {
  return !before.some((place) => place.file === file && place.value === value);
}
