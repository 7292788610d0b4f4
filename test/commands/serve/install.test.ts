import { expect, it } from 'vitest';
import { unitText } from '../../../src/commands/serve/install.ts';

const execStart = (args: readonly string[], node = '/usr/bin/node') =>
  /^ExecStart=(.*)$/m.exec(
    unitText({ node, bin: '/opt/tool/bin/x.js', args, envFile: '/home/me/.openclaw/.env' }),
  )?.[1];

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
  expect(execStart([], '/usr/bin/env node')).toMatch(/^\/usr\/bin\/env node \/opt/);
});
