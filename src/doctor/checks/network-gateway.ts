import { tildePath } from '../../platform/paths.ts';
import { defineCheck, type Problem } from '../check.ts';
import type { StrangerAtGateway } from '../facts/gateway.ts';

export const networkGateway = defineCheck({
  id: 'network/gateway',
  summary: 'a gateway that runs here uses every key, its ledger and the setup file as it is now',
  needs: ['gateway', 'world'],
  async run({ gateway, world }) {
    const found = await gateway();
    if ('uid' in found) return [strangerProblem(found)];
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
        message: `${of} still works by what it read at ${setup.loadedAt}: ${setup.error}`,
        fixHint: `mend ${tildePath(setup.path, world.place)}; it is read again when it changes`,
      });
    }
    if (getsKey) {
      problems.push({
        severity: 'warning',
        message: `OpenClaw sends its key of OpenRouter to ${address}: whoever listens there before the gateway does gets it`,
        fixHint: `openclaw-openrouter apply --through-gateway gives it a token that opens nothing else`,
      });
    }
    if (!hasLedger) {
      problems.push({
        severity: 'warning',
        message: `${of} has no ledger: what it spends is not recorded`,
        fixHint: 'start it anew; it says why it cannot open the ledger',
      });
    }
    return problems.length > 0 ? problems : [{ remark: `gateway at ${address}` }];
  },
});

function strangerProblem({ address, uid }: StrangerAtGateway): Problem {
  return {
    severity: 'error',
    message: `${address}, where OpenClaw looks for the gateway, belongs to user ${uid}, who reads what OpenClaw sends`,
    fixHint:
      'stop that program, or point OpenClaw at OpenRouter: openclaw-openrouter apply --no-through-gateway',
  };
}
