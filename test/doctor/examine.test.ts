import { describe, expect, it } from 'vitest';
import { type Check, defineCheck } from '../../src/doctor/check.ts';
import { checks } from '../../src/doctor/checks/index.ts';
import { examine, reaches } from '../../src/doctor/examine.ts';
import { Unavailable } from '../../src/doctor/facts/context.ts';
import { groups, severities } from '../../src/doctor/finding.ts';
import { CancelError, UserError } from '../../src/platform/errors.ts';
import { doctorWorld } from './doctor-world.ts';

const check = (id: Check['id'], run: Check['run']): Check =>
  defineCheck({ id, summary: '', needs: ['world'], run });

describe('examining', () => {
  it('reports a check that throws as a finding with its id, and continues', async () => {
    const { facts } = await doctorWorld();
    const examined = await examine(
      [
        check('files/crash', async () => {
          throw new TypeError('oops');
        }),
        check('files/fine', async () => [{ remark: 'well' }]),
      ],
      facts,
    );
    expect(examined[0]).toMatchObject({
      state: 'ran',
      findings: [{ checkId: 'files/crash', severity: 'error', message: /oops/ }].map((finding) => ({
        ...finding,
        message: expect.stringMatching(finding.message),
      })),
    });
    expect(examined[1]).toEqual({
      checkId: 'files/fine',
      state: 'ran',
      findings: [],
      remarks: ['well'],
    });
  });

  it('skips a check whose fact cannot be had, with the reason', async () => {
    const { facts } = await doctorWorld();
    const [one] = await examine(
      [
        check('files/never', async () => {
          throw new Unavailable('the moon is new');
        }),
      ],
      facts,
    );
    expect(one).toMatchObject({
      ...{ checkId: 'files/never', state: 'skipped', reason: 'the moon is new' },
      skipCause: 'failed',
    });
  });

  it('skips a check that meets what a person can fix: that is no failure of the check', async () => {
    const { facts } = await doctorWorld();
    const homeless = check('files/never', async () => {
      throw new UserError('There is no home folder');
    });
    expect(await examine([homeless], facts)).toMatchObject([
      { checkId: 'files/never', state: 'skipped', reason: 'There is no home folder' },
    ]);
  });

  it('ends with Ctrl-C: what was cut short is no finding', async () => {
    const { facts } = await doctorWorld();
    const cancelled = check('files/cut', async () => {
      throw new CancelError();
    });
    await expect(examine([cancelled], facts)).rejects.toThrow(CancelError);
  });

  it('begins every check before the slowest has ended', async () => {
    const { facts } = await doctorWorld();
    const begun: string[] = [];
    let release = () => {};
    const slow = check('files/slow', () => {
      begun.push('slow');
      return new Promise((resolve) => {
        release = () => resolve([]);
      });
    });
    const quick = check('files/quick', async () => {
      begun.push('quick');
      release();
      return [];
    });
    await examine([slow, quick], facts);
    expect(begun).toEqual(['slow', 'quick']);
  });

  it('begins with the checks that ask OpenRouter, and gives their requests time to leave', async () => {
    const { facts } = await doctorWorld();
    const begun: string[] = [];
    const beginning = (id: Check['id'], needs: Check['needs']): Check =>
      defineCheck({
        id,
        summary: '',
        needs,
        async run() {
          begun.push(id);
          return [];
        },
      });
    const all = [beginning('files/here', ['setup']), beginning('key/there', ['accounts'])];
    setImmediate(() => begun.push('a turn of the event loop'));
    const examined = await examine(all, {
      ...facts,
      options: { ...facts.options, offline: false },
    });
    expect(examined.map(({ checkId }) => checkId)).toEqual(['files/here', 'key/there']);
    expect(begun).toEqual(['key/there', 'a turn of the event loop', 'files/here']);
  });

  it('looks at each file once for all checks', async () => {
    const { facts, deps, path } = await doctorWorld({ text: '{ models: {} }' });
    const looks: string[] = [];
    const { gatherFacts } = await import('../../src/doctor/facts/index.ts');
    const counting = gatherFacts(
      {
        ...deps,
        files: {
          ...deps.files,
          read(file) {
            looks.push(`read ${file}`);
            return deps.files.read(file);
          },
          lstat(file) {
            looks.push(`lstat ${file}`);
            return deps.files.lstat(file);
          },
        },
      },
      facts.options,
    );
    await examine(checks, counting);
    expect(looks).toContain(`read ${path}`);
    expect(looks.toSorted()).toEqual([...new Set(looks)].toSorted());
  });

  it('counts a severity from the threshold on', () => {
    expect(severities.map((severity) => reaches(severity, 'warning'))).toEqual([false, true, true]);
  });
});

describe('the list of checks', () => {
  it('has every id once, in kebab case, with its groups together and in order', () => {
    const ids = checks.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[a-z]+\/[a-z]+(-[a-z]+)*$/.test(id))).toEqual([]);
    const order = ids.map((id) => id.split('/')[0] ?? '');
    expect(order.filter((group, index) => group !== order[index - 1])).toEqual([...groups]);
  });

  it('has a one-line summary for every check', () => {
    expect(checks.filter(({ summary }) => summary === '' || summary.length > 90)).toEqual([]);
  });
});
