import { execFile } from 'node:child_process';
import type { LookupAddress } from 'node:dns';
import { Resolver as DnsResolver } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { isIP, type LookupFunction } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseJson } from '../text/parse-json.ts';
import { errorCode } from './files.ts';

/** Resolves host names, and can be stopped at any time. */
export interface Resolver {
  /** For the `lookup` option of sockets and agents. */
  readonly lookup: LookupFunction;
  /** Fails pending and later lookups with ECANCELLED. */
  close(): void;
}

export interface ResolverOptions {
  /** The Node binary that runs `getaddrinfo` in a child process. */
  readonly execPath: string;
  /** DNS servers as `address:port`, instead of the system's. */
  readonly dnsServers?: readonly string[];
  readonly hostsFile?: string;
}

/**
 * Resolves names without calling `getaddrinfo` in this process. Node runs it in a thread and waits for that thread on
 * exit: with an unresponsive name server, a command ended 10 s after its deadline or Ctrl-C. Names are looked up in the
 * hosts file and in DNS. For names unknown to DNS (search domains, mDNS, directories), `getaddrinfo` runs in a child
 * process, which can be killed.
 */
export function createResolver(options: ResolverOptions): Resolver {
  const closing = new AbortController();
  const underWay = new Map<string, Promise<readonly LookupAddress[]>>();
  // Concurrent requests share one lookup.
  const find = (host: string) => {
    const found =
      underWay.get(host) ??
      addressesOf(host, options, closing.signal).finally(() => underWay.delete(host));
    underWay.set(host, found);
    return found;
  };
  return {
    lookup(host, { family = 0, all = false }, callback) {
      const fits = (one: LookupAddress) => [0, one.family, `IPv${one.family}`].includes(family);
      find(host).then(
        (found) => {
          const [first, ...rest] = found.filter(fits);
          if (first === undefined) callback(lookupError('ENOTFOUND', host), '');
          else if (all) callback(null, [first, ...rest]);
          else callback(null, first.address, first.family);
        },
        (error: unknown) => callback(lookupError(errorCode(error) ?? 'EAI_FAIL', host), ''),
      );
    },
    close: () => closing.abort(),
  };
}

async function addressesOf(
  host: string,
  options: ResolverOptions,
  signal: AbortSignal,
): Promise<readonly LookupAddress[]> {
  if (host.toLowerCase() === 'localhost') return thisMachine;
  const listed = fromHostsFile(host, options.hostsFile ?? '/etc/hosts');
  if (listed.length > 0) return listed;
  const answered = await fromDns(host, options, signal);
  return answered.length > 0 ? answered : fromSystem(host, options, signal);
}

/** `localhost` is never looked up. */
const thisMachine: readonly LookupAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

/** Parses the hosts file (hosts(5)). */
function fromHostsFile(host: string, file: string): LookupAddress[] {
  return textOf(file)
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim().split(/\s+/))
    .filter(([, ...names]) => names.some((name) => name.toLowerCase() === host.toLowerCase()))
    .flatMap(([address = '']) => (isIP(address) === 0 ? [] : [{ address, family: isIP(address) }]));
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** The same timeout as glibc (resolv.conf(5)). */
const dnsPatience = { timeout: 5_000, tries: 2 } as const;

/** Milliseconds to wait for IPv6 addresses once IPv4 addresses are known (RFC 8305, section 3). */
const resolutionDelayMs = 50;

/**
 * Empty if DNS has no address or no server is configured; throws EAI_AGAIN if a server does not respond. IPv4 comes
 * first because it fails immediately if unavailable, while IPv6 may time out.
 */
async function fromDns(
  host: string,
  { dnsServers }: ResolverOptions,
  signal: AbortSignal,
): Promise<LookupAddress[]> {
  if (signal.aborted) throw lookupError('ECANCELLED', host);
  // Created for each lookup, because it reads resolv.conf, which changes when a laptop switches networks.
  const dns = new DnsResolver(dnsPatience);
  if (dnsServers !== undefined) dns.setServers(dnsServers);
  const cancel = () => dns.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const ipv4 = addresses(dns.resolve4(host), 4);
    const ipv6 = addresses(dns.resolve6(host), 6);
    const late = ipv4.then((found) => (found.length > 0 ? sleep(resolutionDelayMs, []) : ipv6));
    return (await Promise.all([ipv4, Promise.race([ipv6, late])])).flat();
  } finally {
    signal.removeEventListener('abort', cancel);
    dns.cancel();
  }
}

async function addresses(asked: Promise<string[]>, family: 4 | 6): Promise<LookupAddress[]> {
  try {
    return (await asked).map((address) => ({ address, family }));
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ETIMEOUT') throw lookupError('EAI_AGAIN', '');
    if (code === 'ECANCELLED') throw error;
    return [];
  }
}

const systemPatienceMs = 20_000;
const askSystem = `const [, host] = require('node:process').argv;
require('node:dns').lookup(host, { all: true }, (error, found) =>
  console.log(JSON.stringify(error ? { code: error.code } : { found })));`;

/** Runs `getaddrinfo` in a child process. Throws an error with its code. */
async function fromSystem(
  host: string,
  { execPath }: ResolverOptions,
  signal: AbortSignal,
): Promise<LookupAddress[]> {
  const options = { signal, timeout: systemPatienceMs, encoding: 'utf8' } as const;
  const printed = await new Promise<string>((resolve) => {
    execFile(execPath, ['-e', askSystem, host], options, (error, stdout) =>
      resolve(error === null ? stdout : '{}'),
    );
  });
  if (signal.aborted) throw lookupError('ECANCELLED', host);
  const { found, code = 'ENOTFOUND' } = Object(parseJson(printed));
  if (Array.isArray(found)) return found;
  throw lookupError(code, host);
}

function lookupError(code: string, host: string): Error {
  return Object.assign(new Error(`lookup ${code} ${host}`), { code, hostname: host });
}
