import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'plist';
import { expect, it } from 'vitest';
import { launchAgentText, unitText } from '../../../src/commands/serve/service-text.ts';
import { UsageError } from '../../../src/platform/errors.ts';
import { temporaryFolder } from '../../helpers/world.ts';

const base = {
  node: '/usr/bin/node',
  bin: '/opt/tool/bin/x.js',
  envFile: '/home/me/.openclaw/.env',
  logFile: '/home/me/.local/state/openclaw-openrouter/serve.log',
};

const execStart = (args: readonly string[], node: string | null = base.node) =>
  /^ExecStart=(.*)$/m.exec(unitText({ ...base, node, args }))?.[1];

it('the unit runs serve with the options of the installation', () => {
  expect(execStart(['--port', '9000'])).toBe(
    '/usr/bin/node /opt/tool/bin/x.js serve --log json --port 9000',
  );
});

it('the unit quotes what systemd would split or expand', () => {
  expect(execStart(['--config', '/home/a b/50%/$x "y".json5'])).toBe(
    '/usr/bin/node /opt/tool/bin/x.js serve --log json --config "/home/a b/50%%/$$x \\"y\\".json5"',
  );
});

it('the unit finds node in the PATH where its path is unknown', () => {
  expect(execStart([], null)).toMatch(/^\/usr\/bin\/env node \/opt/);
});

it('the LaunchAgent runs serve again after a failure, with a log of its own', () => {
  const [shell, flag, script, ...command] = agentOf(['--port', '9000']).ProgramArguments;
  expect([shell, flag]).toEqual(['/bin/sh', '-c']);
  expect(script).not.toContain('/opt');
  expect(command).toEqual([
    base.node,
    base.envFile,
    base.bin,
    'serve',
    '--log',
    'json',
    '--port',
    '9000',
  ]);
  expect(agentOf([])).toMatchObject({
    Label: 'openclaw-openrouter.serve',
    RunAtLoad: true,
    KeepAlive: { SuccessfulExit: false },
    StandardOutPath: base.logFile,
    StandardErrorPath: base.logFile,
    Umask: 0o77,
  });
});

const hostile = [
  '</string><key>Program</key>',
  '&lt;&#10;',
  'a\r\nb\t"c\' $(harm) ]]>',
  '密钥 🦞',
  '',
];

it('the LaunchAgent hands every argument over as it is', () => {
  const { ProgramArguments, Program } = agentOf(hostile);
  expect(ProgramArguments.slice(-hostile.length)).toEqual(hostile);
  expect(Program).toBeUndefined();
});

it.each(['a\u0007', '\ud800', '\uffff'])(
  'the LaunchAgent refuses %j, which XML cannot hold',
  (word) => {
    expect(() => agentOf([word])).toThrow(UsageError);
  },
);

it('the LaunchAgent gives its program the variables of the file, if there is one', () => {
  const folder = temporaryFolder();
  const bin = join(folder, 'show it.js');
  const envFile = join(folder, 'my $(touch harm).env');
  writeFileSync(
    bin,
    'console.log(JSON.stringify([process.env.TOKEN ?? null, process.argv.slice(2)]))',
  );
  const run = () => {
    const text = launchAgentText({ ...base, node: process.execPath, bin, envFile, args: hostile });
    const [file = '', ...args] = agentIn(text).ProgramArguments;
    return JSON.parse(execFileSync(file, args, { encoding: 'utf8', cwd: folder, env: {} }));
  };
  const words = ['serve', '--log', 'json', ...hostile];
  expect(run()).toEqual([null, words]);
  writeFileSync(envFile, 'TOKEN="a b"\n');
  expect(run()).toEqual(['a b', words]);
});

interface Agent {
  readonly ProgramArguments: readonly string[];
  readonly [name: string]: unknown;
}

function agentIn(text: string): Agent {
  return parse(text) as unknown as Agent;
}

function agentOf(args: readonly string[]): Agent {
  return agentIn(launchAgentText({ ...base, args }));
}
