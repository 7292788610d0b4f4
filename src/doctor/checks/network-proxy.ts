import { defineCheck, type Problem } from '../check.ts';

/** nodejs.org/api/cli.html: Node's fetch follows the proxy variables only with `NODE_USE_ENV_PROXY=1`. */
export const networkProxy = defineCheck({
  id: 'network/proxy',
  summary: 'proxy variables are URLs, and Node follows them',
  needs: ['world'],
  async run({ world: { env, io } }) {
    const names = ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'];
    const set = names.filter((name) => (env[name] ?? '') !== '');
    for (const name of set) io.conceal(passwordIn(env[name] ?? ''));
    const wrong = set.filter((name) => !/^[a-z][a-z\d+.-]*:\/\/./i.test(env[name] ?? ''));
    const [first] = set;
    return [
      ...wrong.map(
        (name): Problem => ({
          severity: 'warning',
          message: `${name} is no URL`,
          fixHint: 'write it as http://host:port',
        }),
      ),
      ...(first === undefined || env.NODE_USE_ENV_PROXY === '1'
        ? []
        : [
            {
              severity: 'info',
              message: `${first} is set, and Node does not follow it by itself`,
              fixHint: 'NODE_USE_ENV_PROXY=1 makes Node 24 and later use it',
            } as const,
          ]),
    ];
  },
});

function passwordIn(text: string): string {
  return URL.canParse(text) ? new URL(text).password : '';
}
