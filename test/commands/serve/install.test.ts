import { expect, it } from 'vitest';
import { unitText } from '../../../src/commands/serve/install.ts';

const execStart = (args: readonly string[], node = '/usr/bin/node') =>
  /^ExecStart=(.*)$/m.exec(
    unitText({ node, bin: '/opt/tool/bin/x.js', args, envFile: '/home/me/.openclaw/.env' }),
  )?.[1];

it('runs serve with the options it was installed with', () => {
  expect(execStart(['--port', '9000'])).toBe(
    '/usr/bin/node /opt/tool/bin/x.js serve --log json --port 9000',
  );
});

it('quotes what systemd would take apart or expand', () => {
  expect(execStart(['--config', '/home/a b/50%/$x "y".json5'])).toBe(
    '/usr/bin/node /opt/tool/bin/x.js serve --log json --config "/home/a b/50%%/$$x \\"y\\".json5"',
  );
});

it('finds node in the PATH where nobody knows better', () => {
  expect(execStart([], '/usr/bin/env node')).toMatch(/^\/usr\/bin\/env node \/opt/);
});
