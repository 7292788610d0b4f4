import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runBin } from '../helpers/bin.ts';
import { startDnsServer } from '../helpers/dns-server.ts';
import { temporaryFolder, testKey } from '../helpers/world.ts';

it.each([[['models']], [['doctor', '--only', 'network/reach']], [['spend']]])(
  '%j ends at its --timeout while a name server says nothing',
  async (args) => {
    const dns = await startDnsServer(() => null);
    const home = temporaryFolder();
    const preload = join(home, 'dns.cjs');
    writeFileSync(preload, askingOnly(dns.address));
    const env = {
      NODE_OPTIONS: `--require=${preload}`,
      OPENROUTER_BASE_URL: 'https://relay.test/api/v1',
      OPENROUTER_API_KEY: testKey,
    };
    const { stdout, stderr } = await runBin([...args, '--timeout', '1000'], { home, env });
    expect(stdout + stderr).toContain('relay.test did not answer within 1 s');
    // What outlives its deadline asks a second time after 5 s.
    const questions = dns.queries.filter((question) => question === 'A relay.test');
    expect(questions.length).toBeLessThanOrEqual(1);
  },
);

function askingOnly(server: string): string {
  return `const dns = require('node:dns/promises');
dns.Resolver = class extends dns.Resolver {
  constructor(options) {
    super(options);
    this.setServers(['${server}']);
  }
};
`;
}
