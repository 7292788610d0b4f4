/** A proxy that cannot be used, or that refused. The message names the proxy without its user name and password. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError';
  /** Node's own where there is one, e.g. `ECONNREFUSED`. */
  readonly code: string;

  constructor(message: string, code: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
