import { canonicalModelId, idParts } from '../../openrouter/model-id.ts';
import { UsageError } from '../../platform/errors.ts';
import { nearestName } from '../../platform/nearest.ts';
import { isFreeLink, type Link, linksOf } from '../../routing/choose.ts';
import { type Fault, parseFaults, resolveRoles } from '../../sandbox/faults.ts';
import type { Entry } from '../../setup-file/entry.ts';

/** One wish of `--simulate`: what it spoils among the links of an entry. */
interface Wish {
  readonly text: string;
  faultsFor(links: readonly Link[]): readonly Fault[];
  /** Names that it could have meant, of all entries. */
  candidates(links: readonly Link[]): readonly string[];
  /** It rehearses the request that a trigger sends to the complex model. */
  readonly complex: boolean;
}

export interface PlannedFaults {
  readonly faults: readonly Fault[];
  readonly role: 'primary' | 'complex';
}

/**
 * What `--simulate` asks for, for each entry: `<model|role|*>:<fault>[*<times>]`, `outage:<author>`, `broke`, `quota`,
 * comma separated. Throws UsageError for a fault that no entry has a link for: it would rehearse nothing.
 */
export function planFaults(text: string, entries: readonly Entry[]): PlannedFaults[] {
  const wishes = text.split(',').map((piece) => wishOf(piece.trim()));
  const links = entries.map(linksOf);
  for (const wish of wishes) refuseIdle(wish, links.flat());
  return links.map((own) => ({
    faults: wishes.flatMap((wish) => wish.faultsFor(own)),
    role: wishes.some(({ complex }) => complex) && own.some(isComplex) ? 'complex' : 'primary',
  }));
}

function wishOf(text: string): Wish {
  const author = /^outage:([^/*:]+)$/.exec(text)?.[1]?.trim();
  if (author !== undefined) {
    const faultsFor = down('503', (link) => idParts(link.model).author === author);
    const candidates = (links: readonly Link[]) => links.map((link) => idParts(link.model).author);
    return { text: author, faultsFor, candidates, complex: false };
  }
  const models = (links: readonly Link[]) => links.map(({ model }) => model);
  const simple = { text, candidates: models, complex: false };
  if (text === 'broke') return { ...simple, faultsFor: down('402', (link) => !isFreeLink(link)) };
  if (text === 'quota') return { ...simple, faultsFor: down('429', isFreeLink) };
  const [fault] = parseFaults(text);
  if (fault === undefined) throw new UsageError(`The fault "${text}" is empty`);
  return fault.target === '*' || fault.target.includes('/') ? modelWish(fault) : roleWish(fault);
}

function down(name: Fault['name'], hit: (link: Link) => boolean): Wish['faultsFor'] {
  return (links) =>
    links
      .filter(hit)
      .map(({ model }) => ({ target: model, name, value: null, times: Number.POSITIVE_INFINITY }));
}

function modelWish(fault: Fault): Wish {
  const target = canonicalModelId(fault.target);
  return {
    text: target,
    complex: false,
    candidates: (links) => links.map(({ model }) => model),
    faultsFor: (links) =>
      target === '*' || links.some(({ model }) => model === target) ? [{ ...fault, target }] : [],
  };
}

function roleWish(fault: Fault): Wish {
  const { target } = fault;
  return {
    text: target,
    complex: target === 'complex',
    candidates: (links) => links.map(({ role }) => role),
    faultsFor: (links) => {
      const models = Object.fromEntries(links.map(({ role, model }) => [role, model]));
      return Object.hasOwn(models, target) ? resolveRoles([fault], models) : [];
    },
  };
}

function isComplex({ role }: Link): boolean {
  return role === 'complex';
}

// `broke` with free links only and `quota` without any have nothing to spoil, and that is worth knowing: no error.
function refuseIdle(wish: Wish, links: readonly Link[]): void {
  if (['broke', 'quota', '*'].includes(wish.text) || wish.faultsFor(links).length > 0) return;
  const names = [...new Set(wish.candidates(links))];
  const near = nearestName(wish.text, names);
  throw new UsageError(`No link here is "${wish.text}"`, {
    hint: near === null ? `Choose one of: ${names.join(', ')}` : `Did you mean ${near}?`,
  });
}
