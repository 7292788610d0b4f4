import { describe, expect, it } from 'vitest';
import { servingLink, verdictOf } from '../../src/probe/verdict.ts';
import { linkOf } from './worlds.ts';

const claude = 'anthropic/claude-sonnet-4';
const gpt = 'openai/gpt-4o';
const gemini = 'google/gemini-2.5-pro';
const llamaFree = 'meta-llama/llama-3.3-70b-instruct:free';

describe('the link that answers now', () => {
  it('is the primary if it answers', () => {
    const links = [linkOf('primary', claude), linkOf('fallback1', gpt)];
    expect(servingLink(links)?.model).toBe(claude);
    expect(verdictOf(links)[0]).toBe('answers now');
  });

  it('is the first fallback that answers, and the verdict says why not the primary', () => {
    const links = [
      linkOf('primary', claude, { outcome: 'unavailable', headline: '503 unavailable' }),
      linkOf('fallback1', gpt, { outcome: 'not_found' }),
      linkOf('fallback2', gemini),
    ];
    expect(servingLink(links)?.model).toBe(gemini);
    expect(verdictOf(links)[0]).toBe(
      `answers now through ${gemini}, because ${claude} fails (503 unavailable)`,
    );
  });

  it.each(['auth', 'key_limit'] as const)('is no link behind %s, free ones included', (outcome) => {
    const links = [
      linkOf('primary', claude, { outcome, headline: 'refused' }),
      linkOf('fallback1', llamaFree),
    ];
    expect(servingLink(links)).toBeNull();
    expect(verdictOf(links)).toEqual([`nothing answers: the walk stops at ${claude} (refused)`]);
  });

  it('is a free link, and no paid one, behind a 402', () => {
    const links = [
      linkOf('primary', claude, { outcome: 'billing' }),
      linkOf('fallback1', gpt),
      linkOf('fallback2', llamaFree),
    ];
    expect(servingLink(links)?.model).toBe(llamaFree);
  });

  it('is no link behind a free one that is refused for lack of credit, since the balance is negative', () => {
    const links = [
      linkOf('primary', llamaFree, { outcome: 'billing' }),
      linkOf('fallback1', gpt),
      linkOf('fallback2', 'qwen/qwen3-32b:free'),
    ];
    expect(servingLink(links)).toBeNull();
  });

  it('is no link behind an answer that breaks off', () => {
    const headline = '502 broke off in mid-answer';
    const links = [
      linkOf('primary', claude, { outcome: 'cut_off', headline }),
      linkOf('fallback1', gpt),
    ];
    expect(servingLink(links)).toBeNull();
    expect(verdictOf(links)).toEqual([
      `nothing answers: the walk stops at ${claude} (${headline})`,
    ]);
  });

  it('is null where the entry names no model', () => {
    expect(verdictOf([])).toEqual(['nothing answers: the entry names no model (set defaultModel)']);
  });

  it('does not count the complex link as a fallback', () => {
    const links = [
      linkOf('primary', claude, { outcome: 'unavailable', headline: '503' }),
      linkOf('complex', gpt),
    ];
    expect(servingLink(links)).toBeNull();
    expect(verdictOf(links)).toEqual([
      `nothing answers: ${claude} fails (503) and there is no fallback`,
      'complex requests are answered',
    ]);
  });
});

describe('the sentence on what the chain survives', () => {
  it('is empty for a chain of one link', () => {
    expect(verdictOf([linkOf('primary', claude)])).toContain(
      'no fallback: when it is down, nothing answers',
    );
  });

  it('does not claim to survive an outage of the author of every link', () => {
    const links = [linkOf('primary', claude), linkOf('fallback1', 'anthropic/claude-3.5-haiku')];
    expect(verdictOf(links)).toContain('does not survive losing anthropic: no other model answers');
  });

  it('names the fallback that takes over, and none that does not answer', () => {
    const links = [
      linkOf('primary', claude),
      linkOf('fallback1', gpt, { outcome: 'not_found' }),
      linkOf('fallback2', gemini),
    ];
    expect(verdictOf(links)).toContain('fallback 1 would not help');
    expect(verdictOf(links)).toContain(`survives losing anthropic (${gemini} takes over)`);
  });

  it('considers the provider too, where one serves several authors', () => {
    const links = [
      linkOf('primary', 'deepseek/deepseek-chat', { provider: 'DeepInfra' }),
      linkOf('fallback1', 'qwen/qwen3-32b', { provider: 'DeepInfra' }),
    ];
    expect(verdictOf(links)).toContain(
      'does not survive losing the provider DeepInfra: no other model answers',
    );
  });

  it('says that credit is a single point of failure without a free link', () => {
    const links = [linkOf('primary', claude), linkOf('fallback1', gpt)];
    expect(verdictOf(links)).toContain('out of credit, nothing answers (one key, no free model)');
    expect(verdictOf([...links, linkOf('fallback2', llamaFree)])).toContain(
      `out of credit, ${llamaFree} still answers`,
    );
  });

  it('says what still answers without the free quota', () => {
    const free = linkOf('primary', llamaFree);
    expect(verdictOf([free])).toContain(
      'with the free quota used up, nothing answers (add a paid fallback)',
    );
    expect(verdictOf([free, linkOf('fallback1', gpt)])).toContain(
      `with the free quota used up, ${gpt} answers`,
    );
  });

  it('says where the walk would stop after the link that answers', () => {
    const links = [
      linkOf('primary', llamaFree),
      linkOf('fallback1', gpt, { outcome: 'billing', headline: '402 out of credit' }),
    ];
    expect(verdictOf(links)).toContain(`the walk would stop at ${gpt} (402 out of credit)`);
  });

  it('says that complex requests fail', () => {
    const links = [
      linkOf('primary', claude),
      linkOf('complex', gpt, { outcome: 'not_found', headline: '400 no such model' }),
    ];
    expect(verdictOf(links)).toContain(`complex requests: ${gpt} fails (400 no such model)`);
  });
});
