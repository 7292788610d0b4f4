import type { LookupAddress } from 'node:dns';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createResolver, type Resolver } from '../../src/platform/resolver.ts';
import { type DnsAnswer, startDnsServer } from '../helpers/dns-server.ts';
import { temporaryFolder } from '../helpers/world.ts';

interface Setting {
  readonly dns?: DnsAnswer;
  readonly hosts?: string;
  /** What a program prints that asks the system. */
  readonly system?: string;
}

async function testResolver({ dns = () => 'nothing', hosts = '', system = '{}' }: Setting) {
  const server = await startDnsServer(dns);
  const folder = temporaryFolder();
  const [hostsFile, execPath] = [join(folder, 'hosts'), join(folder, 'node')];
  writeFileSync(hostsFile, hosts);
  writeFileSync(execPath, `#!/bin/sh\necho '${system}'\n`, {
    mode: 0o755,
  });
  const resolver = createResolver({ dnsServers: [server.address], hostsFile, execPath });
  onTestFinished(resolver.close);
  return { resolver, asked: server.queries };
}

function lookup({ lookup }: Resolver, host: string, family: 0 | 4 | 6 = 0): Promise<string[]> {
  return new Promise((resolve, reject) => {
    lookup(host, { all: true, family }, (error, found) => {
      if (error === null) resolve((found as LookupAddress[]).map(({ address }) => address));
      else reject(error);
    });
  });
}

it('localhost is this machine without a lookup', async () => {
  const { resolver, asked } = await testResolver({ dns: () => '192.0.2.1' });
  expect(await lookup(resolver, 'localhost')).toEqual(['127.0.0.1', '::1']);
  expect(await lookup(resolver, 'LocalHost', 6)).toEqual(['::1']);
  expect(asked).toEqual([]);
});

it('the hosts file is read before DNS is asked', async () => {
  const hosts = '# 192.0.2.9 relay.test\n192.0.2.1\trelay.test other.test # ours\nx relay.test\n';
  const { resolver, asked } = await testResolver({ hosts, dns: () => '192.0.2.2' });
  expect(await lookup(resolver, 'Relay.test')).toEqual(['192.0.2.1']);
  expect(asked).toEqual([]);
  expect(await lookup(resolver, 'elsewhere.test')).toEqual(['192.0.2.2']);
});

it('one address is returned unless all are requested', async () => {
  const { resolver } = await testResolver({ dns: (type) => (type === 'A' ? '192.0.2.2' : null) });
  const found = await new Promise((resolve) => {
    resolver.lookup('relay.test', {}, (...answer) => resolve(answer));
  });
  expect(found).toEqual([null, '192.0.2.2', 4]);
});

it('an IPv4 address does not wait for a server that leaves IPv6 unanswered', async () => {
  const { resolver } = await testResolver({ dns: (type) => (type === 'A' ? '192.0.2.2' : null) });
  expect(await lookup(resolver, 'relay.test')).toEqual(['192.0.2.2']);
});

it('simultaneous lookups of one name are one query', async () => {
  const { resolver, asked } = await testResolver({ dns: () => '192.0.2.2' });
  await Promise.all([lookup(resolver, 'relay.test'), lookup(resolver, 'relay.test')]);
  expect(asked.filter((question) => question === 'A relay.test')).toHaveLength(1);
  await lookup(resolver, 'relay.test');
  expect(asked.filter((question) => question === 'A relay.test')).toHaveLength(2);
});

it('the system is asked for what DNS does not know', async () => {
  const system = '{"found":[{"address":"192.0.2.3","family":4}]}';
  const { resolver, asked } = await testResolver({ system });
  expect(await lookup(resolver, 'proxy')).toEqual(['192.0.2.3']);
  expect(asked.sort()).toEqual(['A proxy', 'AAAA proxy']);
});

it.each([
  ['{"code":"ENOTFOUND"}', 'ENOTFOUND'],
  ['{"code":"EAI_AGAIN"}', 'EAI_AGAIN'],
  ['{}', 'ENOTFOUND'],
  ['{"found":[]}', 'ENOTFOUND'],
])('a name that the system does not know either fails: %s', async (system, code) => {
  const { resolver } = await testResolver({ system });
  await expect(lookup(resolver, 'nowhere.test')).rejects.toMatchObject({ code });
});

it('a name of another family is not found', async () => {
  const { resolver } = await testResolver({ hosts: '192.0.2.1 relay.test' });
  await expect(lookup(resolver, 'relay.test', 6)).rejects.toMatchObject({ code: 'ENOTFOUND' });
});

it('close ends a lookup at a silent name server, and nothing keeps the process alive', async () => {
  const { resolver, asked } = await testResolver({ dns: () => null });
  const pending = lookup(resolver, 'relay.test');
  await vi.waitFor(() => expect(asked).toContain('A relay.test'), 60_000);
  resolver.close();
  await expect(pending).rejects.toMatchObject({ code: 'ECANCELLED' });
  await expect(lookup(resolver, 'other.test')).rejects.toMatchObject({ code: 'ECANCELLED' });
  const active = process.getActiveResourcesInfo();
  expect(active.filter((name) => /addrinfo|query/i.test(name))).toEqual([]);
});

it('close ends a lookup by the system that hangs', async () => {
  const { resolver } = await testResolver({ system: "'; exec sleep 60; echo '" });
  const pending = lookup(resolver, 'relay.test');
  await vi.waitFor(() => expect(process.getActiveResourcesInfo()).toContain('ProcessWrap'), 60_000);
  resolver.close();
  await expect(pending).rejects.toMatchObject({ code: 'ECANCELLED' });
  await vi.waitFor(
    () => expect(process.getActiveResourcesInfo()).not.toContain('ProcessWrap'),
    60_000,
  );
});
