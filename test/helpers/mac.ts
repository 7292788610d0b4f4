import { readFileSync } from 'node:fs';
import { parse } from 'plist';
import type { Deps, Env, Exec } from '../../src/platform/deps.ts';

/** The world on macOS. `launchd` contains the variables set with `launchctl setenv`. Unexpected programs throw. */
export function onMac(deps: Deps, launchd: Env = {}): Deps {
  const exec: Exec = async (file, args) => {
    const [first = '', name = ''] = args;
    if (file === 'launchctl' && first === 'getenv' && args.length === 2) {
      return answer(launchd[name] === undefined ? '' : `${launchd[name]}\n`);
    }
    if (file === '/usr/bin/plutil' && args.slice(0, -1).join(' ') === '-convert json -o - --') {
      return answer(JSON.stringify(parse(readFileSync(args.at(-1) ?? '', 'utf8'))));
    }
    throw new Error(`The test did not expect a program to be run: ${[file, ...args].join(' ')}`);
  };
  return { ...deps, exec, place: { ...deps.place, platform: 'darwin' } };
}

function answer(stdout: string) {
  return { exitCode: 0, stdout, stderr: '', notFound: false, timedOut: false };
}
