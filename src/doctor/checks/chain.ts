import type { Path } from '../../config/edit.ts';
import { authorOf, canonicalModelId, isFreeModelId } from '../../openrouter/model-id.ts';
import { valueAt } from '../../platform/record.ts';
import type { Entry } from '../../setup-file/entry.ts';
import type { Setup } from '../../setup-file/setup-file.ts';
import { entryCheck } from '../check.ts';
import { atMember, type Problem, type Problems, type Severity, takeOut } from '../finding.ts';
import { type Mention, mentionsOf, roleText } from '../models.ts';

const repeat = entryCheck(
  { id: 'chain/repeat', summary: 'no model appears twice in a chain' },
  (setup, entry) => {
    const roles = new Map<string, Mention['role']>();
    return chainOf(setup, entry).flatMap((link): Problems => {
      const earlier = roles.get(link.model);
      if (earlier === undefined) {
        roles.set(link.model, link.role);
        return [];
      }
      const role = roleText(earlier);
      return {
        severity: 'warning',
        message: `${entry.name}: "${link.id}" repeats the ${role}: when that fails, so does this`,
        ...atMember(setup, link.path),
        fixHint: 'remove it, or name another model',
        ...takeOut(setup, link.path, `${entry.name}: remove ${link.id}, a copy of the ${role}`),
      };
    });
  },
);

const sharedFate = entryCheck(
  { id: 'chain/shared-fate', summary: 'the models of a chain are not all by one author' },
  (setup, entry) => {
    const chain = chainOf(setup, entry);
    const [author = '', ...others] = new Set(chain.map(({ model }) => authorOf(model)));
    const models = new Set(chain.map(({ model }) => model));
    // OpenRouter's own routers choose among models of other authors.
    if (models.size < 2 || others.length > 0 || ['', 'openrouter'].includes(author)) return [];
    return {
      severity: 'warning',
      message: `${entry.name}: all ${chain.length} models are by ${author}: one outage takes them all down`,
      ...fallbackList(setup, entry.path),
      fixHint: 'add a fallback by another author',
    };
  },
);

/** openrouter.ai/docs/api/reference/limits: requests to all free models share one daily quota. */
const freeQuota = entryCheck(
  { id: 'chain/free-quota', summary: 'a chain does not rely on several :free models' },
  (setup, entry) => {
    const free = chainOf(setup, entry).filter(({ model }) => isFreeModelId(model));
    const second = free[1];
    if (second === undefined) return [];
    return {
      severity: 'warning',
      message: `${entry.name}: its ${free.length} :free models share one daily quota: once it is used up, none of them answers`,
      ...atMember(setup, second.path),
      fixHint: 'keep one :free model, and add a cheap paid one after it',
    };
  },
);

const oneKey = entryCheck(
  { id: 'chain/one-key', summary: 'a model still answers when the credit is used up' },
  (setup, entry) => {
    const chain = chainOf(setup, entry);
    if (chain.length < 2 || chain.some(({ model }) => isFreeModelId(model))) return [];
    return {
      severity: 'info',
      message: `${entry.name}: all ${chain.length} models are paid with one key: without credit, nothing answers`,
      ...fallbackList(setup, entry.path),
      fixHint: 'a :free model as the last fallback would still answer',
    };
  },
);

const retry = entryCheck(
  { id: 'chain/retry', summary: 'retryOnFailure comes with a fallback' },
  (setup, entry) => {
    if (!entry.retryOnFailure || fallbacksOf(chainOf(setup, entry)).length > 0) return [];
    return {
      severity: 'warning',
      message: `${entry.name}: retryOnFailure without fallbackModels only repeats the request to the model that failed`,
      ...atMember(setup, [...entry.path, 'retryOnFailure']),
      fixHint: 'add one or two models to fallbackModels',
    };
  },
);

// Three tries of one model take some seconds; with ten, the user would wait a minute.
const maxReasonableRetries = 5;

const maxRetries = entryCheck(
  { id: 'chain/max-retries', summary: 'maxRetries is reasonable and has an effect' },
  (setup, entry) => {
    const path = [...entry.path, 'maxRetries'];
    if (typeof valueAt(setup.value, path) !== 'number') return [];
    const { name, maxRetries: retries, retryOnFailure } = entry;
    const report = (severity: Severity, problem: string, fixHint: string): Problems => [
      {
        severity,
        message: `${name}: maxRetries is ${retries}${problem}`,
        ...atMember(setup, path),
        fixHint,
      },
    ];
    if (retries > maxReasonableRetries) {
      return report('warning', ', which keeps people waiting while a model is down', '2 is usual');
    }
    if (retryOnFailure === retries > 0) return [];
    return retryOnFailure
      ? report('info', ', so retryOnFailure has no effect', '2 is usual')
      : report('info', ', but retryOnFailure is off', 'set retryOnFailure to true');
  },
);

const noFallback = entryCheck(
  { id: 'chain/no-fallback', summary: 'every entry has a fallback' },
  (setup, entry) => {
    const chain = chainOf(setup, entry);
    const [primary] = chain;
    if (primary === undefined || fallbacksOf(chain).length > 0) return [];
    // OpenRouter's own router already chooses among models.
    if (primary.model === 'openrouter/auto') return [];
    return {
      severity: 'info',
      message: `${entry.name} has no fallback after ${primary.id}`,
      ...atMember(setup, entry.path, 'key'),
      fixHint: 'add one or two models to fallbackModels',
    };
  },
);

function fallbackList(setup: Setup, path: Path): Pick<Problem, 'path' | 'place'> {
  return atMember(setup, [...path, 'fallbackModels'], 'key');
}

export const chainChecks = [repeat, sharedFate, freeQuota, oneKey, retry, maxRetries, noFallback];

/** A link of a chain, with the id that is sent to OpenRouter. */
interface ChainLink extends Mention {
  readonly model: string;
}

/** The primary, then the fallbacks in order. Excludes the complex model, which has no fallback. */
function chainOf(setup: Pick<Setup, 'value'>, entry: Entry): readonly ChainLink[] {
  return mentionsOf(setup, entry)
    .filter(({ role }) => role !== 'complex')
    .map((mention) => ({ ...mention, model: canonicalModelId(mention.id) }));
}

function fallbacksOf(chain: readonly ChainLink[]): readonly ChainLink[] {
  return chain.filter(({ role }) => role !== 'primary');
}
