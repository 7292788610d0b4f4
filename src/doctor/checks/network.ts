import { baseUrlFrom, baseUrlProblem } from '../../openrouter/base-url.ts';
import { isAllowedDestination } from '../../platform/destination.ts';
import { tildePath } from '../../platform/paths.ts';
import { defineCheck } from '../check.ts';
import { Unavailable } from '../facts/context.ts';
import type { MissingGateway, StrangerAtGateway } from '../facts/gateway.ts';
import { reachHint } from '../facts/openrouter.ts';
import type { Problem } from '../finding.ts';

const baseUrl = defineCheck({
  id: 'network/base-url',
  summary: 'OPENROUTER_BASE_URL, if set, is an address that requests may go to',
  needs: ['world'],
  async run({ world: { env } }) {
    const url = baseUrlFrom(env);
    const problem = problemOf(url);
    if (problem === null) return [];
    return {
      severity: 'error',
      message: `OPENROUTER_BASE_URL ${problem}`,
      fixHint: 'unset it, or write it as https://openrouter.ai/api/v1',
    };
  },
});

function problemOf(text: string): string | null {
  const problem = baseUrlProblem(text);
  if (problem !== null) return `${problem}, so nothing is sent there`;
  const url = new URL(text);
  return isAllowedDestination(url)
    ? null
    : `uses plain HTTP to ${url.host}, so nothing is sent there`;
}

const reach = defineCheck({
  id: 'network/reach',
  summary: 'OpenRouter can be reached: its name resolves, its certificate is good, it answers',
  needs: ['reach'],
  async run({ reach }) {
    const { failure } = await reach();
    if (failure === null) return [];
    return {
      severity: 'error',
      message: failure.message,
      fixHint: hintFor(failure.code ?? failure.kind),
    };
  },
});

function hintFor(code: string): string {
  if (/ENOTFOUND|EAI_AGAIN/.test(code))
    return 'check that this machine is online and that its DNS works';
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_/.test(code)) {
    return 'an intercepting proxy needs NODE_EXTRA_CA_CERTS; also check the clock';
  }
  if (code === 'page') return 'log in to the network, or check OPENROUTER_BASE_URL';
  if (code === 'timeout') return 'a firewall may block it; --timeout allows more time';
  return reachHint;
}

const proxy = defineCheck({
  id: 'network/proxy',
  summary: 'the proxy that the environment names can be used',
  needs: ['world'],
  async run({ world: { env } }) {
    const isNamed = Object.keys(env).some((name) => /^(https?|all)_proxy$/i.test(name));
    const baseUrl = baseUrlFrom(env);
    if (!isNamed || !URL.canParse(baseUrl)) return [];
    const [{ proxyFor }, { ProxyError }] = await Promise.all([
      import('../../platform/proxy.ts'),
      import('../../platform/errors.ts'),
    ]);
    try {
      const proxy = proxyFor(new URL(baseUrl), env);
      // Only the host, because the proxy URL may contain a user name and password.
      return proxy === null ? [] : [{ remark: `through the proxy ${proxy.url.host}` }];
    } catch (error) {
      if (!(error instanceof ProxyError)) throw error;
      return [{ severity: 'error', message: error.message, fixHint: noProxyHint }];
    }
  },
});

const noProxyHint = 'list hosts that need no proxy in NO_PROXY, separated by commas';

const tolerableMs = 2 * 60 * 1000;

const clock = defineCheck({
  id: 'network/clock',
  summary: 'the clock of this machine is right: TLS, expiry dates and daily budgets depend on it',
  needs: ['reach'],
  async run({ reach }) {
    const { host, clockAheadMs } = await reach();
    if (clockAheadMs === null || Math.abs(clockAheadMs) <= tolerableMs) return [];
    const minutes = Math.round(Math.abs(clockAheadMs) / 60_000);
    const days = Math.round(minutes / 60 / 24);
    const much = days > 1 ? `${days} days` : `${minutes} minutes`;
    return {
      severity: 'warning',
      message: `The clock of this machine is ${much} ${clockAheadMs > 0 ? 'ahead of' : 'behind'} that of ${host}`,
      fixHint: 'synchronize it over the network, e.g. timedatectl set-ntp true',
    };
  },
});

// The guide expects 100 to 300 ms from OpenRouter, plus the time until a model's first token.
const slowMs = 1000;

const latency = defineCheck({
  id: 'network/latency',
  summary: 'OpenRouter answers quickly',
  needs: ['reach'],
  async run({ reach }) {
    const { host, latencyMs } = await reach();
    if (latencyMs === null) throw new Unavailable('OpenRouter did not answer', { hint: reachHint });
    const took = `${Math.round(latencyMs)} ms`;
    if (latencyMs < slowMs) return { remark: `${took} to ${host} and back` };
    return {
      severity: 'warning',
      message: `${host} takes ${took} to answer, before any model starts; 100 to 300 ms is usual`,
      fixHint: 'check for a VPN or a proxy in between',
    };
  },
});

/** With `--offline`, it is skipped like the checks that need the list. */
const models = defineCheck({
  id: 'network/models',
  summary: 'the list of models can be fetched: the checks of ids and prices depend on it',
  needs: ['catalog', 'options'],
  async run({ catalog, options }) {
    try {
      const { note } = await catalog();
      if (note === undefined || options.offline) return [];
      return { severity: 'info', message: note, fixHint: reachHint };
    } catch (error) {
      if (!(error instanceof Unavailable) || options.offline) throw error;
      return {
        severity: 'warning',
        message: `${error.message}; the checks of model ids and prices did not run`,
        fixHint: reachHint,
      };
    }
  },
});

const gateway = defineCheck({
  id: 'network/gateway',
  summary:
    'the gateway that OpenClaw asks runs, with every key, its ledger and the current setup file',
  needs: ['gateway', 'world'],
  async run({ gateway, world }) {
    const found = await gateway();
    if ('uid' in found) return [strangerProblem(found)];
    if ('isTaken' in found) return [missingProblem(found)];
    const { address, getsKey, setup, breakers, hasLedger } = found;
    const of = `The gateway at ${address}`;
    const problems: Problem[] = breakers.map(({ key, message, retryAt }) => ({
      severity: 'warning',
      message: `${of} does not use ${key}: ${message}`,
      fixHint: `it tries the key again at ${retryAt}`,
    }));
    if (setup.error !== null) {
      problems.push({
        severity: 'warning',
        message: `${of} still uses what it read at ${setup.loadedAt}: ${setup.error}`,
        fixHint: `fix ${tildePath(setup.path, world.place)}: it is read again when it changes`,
      });
    }
    if (getsKey) {
      problems.push({
        severity: 'warning',
        message: `OpenClaw sends its OpenRouter key to ${address}: any program that listens there gets it`,
        fixHint: (command) =>
          `${command('apply --through-gateway')} replaces it by a token for the gateway only`,
      });
    }
    if (!hasLedger) {
      problems.push({
        severity: 'warning',
        message: `${of} cannot use its ledger: what it spends is not recorded, and entries with a budget are refused`,
        fixHint: 'check its log, or restart it to see why',
      });
    }
    return problems.length > 0 ? problems : [{ remark: `gateway at ${address}` }];
  },
});

function missingProblem({ address, isTaken, place }: MissingGateway): Problem {
  return {
    severity: 'error',
    message: `OpenClaw asks the gateway at ${address} for every answer, and ${isTaken ? 'another program answers there' : 'nothing listens there'}`,
    ...(place === undefined ? {} : { place }),
    fixHint: (command) =>
      `start it: ${command('serve')} (with --install as a service), or ask OpenRouter directly: ${command('apply --no-through-gateway')}`,
  };
}

function strangerProblem({ address, uid }: StrangerAtGateway): Problem {
  return {
    severity: 'error',
    message: `${address}, where OpenClaw looks for the gateway, belongs to user ${uid}, who reads what OpenClaw sends`,
    fixHint: (command) =>
      `stop that program, or point OpenClaw at OpenRouter: ${command('apply --no-through-gateway')}`,
  };
}

export const networkChecks = [baseUrl, reach, proxy, clock, latency, models, gateway];
