import { WireError } from './wire-error.ts';

/**
 * Null where the endpoint refused an ordinary key: `/credits` and `/activity` want a management key, and that is no
 * fault of the setup. Everything else is thrown on.
 */
export async function nullWithoutManagementKey<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof WireError && isRefusal(error)) return null;
    throw error;
  }
}

function isRefusal({ failure }: WireError): boolean {
  return failure.kind === 'http' && (failure.status === 401 || failure.status === 403);
}
