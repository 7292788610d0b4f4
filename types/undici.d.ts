declare module 'undici/lib/dispatcher/pool.js' {
  import { Pool } from 'undici';

  export default Pool;
}

declare module 'undici/lib/core/symbols.js' {
  /** What a connection's responses are parsed with. */
  export interface Parser {
    readonly paused: boolean;
    resume(): void;
    /** Called when the connection was closed. Returns why the response is incomplete, if it is. */
    finish(): Error | null;
  }

  const symbols: { readonly kParser: unique symbol };
  export default symbols;
}
