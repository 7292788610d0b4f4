import { defineCheck } from '../check.ts';

const tolerableMs = 2 * 60 * 1000;

export const networkClock = defineCheck({
  id: 'network/clock',
  summary: 'the clock of this machine is right: TLS, expiry dates and daily budgets go by it',
  needs: ['reach'],
  async run({ reach }) {
    const { host, clockAheadMs } = await reach();
    if (clockAheadMs === null || Math.abs(clockAheadMs) <= tolerableMs) return [];
    const minutes = Math.round(Math.abs(clockAheadMs) / 60_000);
    const days = Math.round(minutes / 60 / 24);
    const much = days > 1 ? `${days} days` : `${minutes} minutes`;
    return [
      {
        severity: 'warning',
        message: `The clock of this machine is ${much} ${clockAheadMs > 0 ? 'ahead of' : 'behind'} that of ${host}`,
        fixHint: 'let it be set over the network, e.g. timedatectl set-ntp true',
      },
    ];
  },
});
