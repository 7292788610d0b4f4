import { describe, expect, it } from 'vitest';
import { selectChecks } from '../../../src/commands/doctor/run.ts';
import { checks } from '../../../src/doctor/checks/index.ts';

const select = (only: string[], skip: string[] = []) =>
  selectChecks(checks, { only, skip }).map(({ id }) => id);

describe('--only and --skip', () => {
  it('select all checks when neither is given', () => {
    expect(select([])).toEqual(checks.map(({ id }) => id));
  });

  it('take an id or a whole group', () => {
    expect(select(['models/exists'])).toEqual(['models/exists']);
    const group = checks.map(({ id }) => id).filter((id) => id.startsWith('channels/'));
    expect(select(['channels'])).toEqual(group);
    expect(select(['channels'], ['channels/unused'])).toEqual(
      group.filter((id) => id !== 'channels/unused'),
    );
  });

  it.each([
    ['models/exist', 'models/exists'],
    ['model', 'models'],
    ['unknown-keys', 'files/unknown-keys'],
    ['chains', 'chain'],
  ])('reject %s with the nearest id', (id, near) => {
    expect(() => select([id])).toThrow(`--only: there is no check or group "${id}"`);
    expect(() => select([], [id])).toThrow(/--skip/);
    expect(hintOf(() => select([id]))).toContain(`Did you mean ${near}`);
  });

  it('reject a selection that leaves no check', () => {
    expect(() => select(['key'], ['key'])).toThrow('no check to run');
  });
});

function hintOf(body: () => void): unknown {
  try {
    body();
  } catch (error) {
    return error instanceof Error && 'hint' in error ? error.hint : undefined;
  }
  return undefined;
}
