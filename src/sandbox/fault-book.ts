import type { Fault } from './faults.ts';

/** The faults that are still to come. */
export interface FaultBook {
  set(faults: readonly Fault[]): void;
  /** The first fault for this model that is not used up; using it counts. */
  take(model: string): Fault | null;
}

export function createFaultBook(faults: readonly Fault[]): FaultBook {
  let left = copy(faults);
  return {
    set: (next) => {
      left = copy(next);
    },
    take: (model) => {
      const found = left.find(
        ({ fault, times }) => times > 0 && (fault.target === '*' || fault.target === model),
      );
      if (found === undefined) return null;
      found.times -= 1;
      return found.fault;
    },
  };
}

function copy(faults: readonly Fault[]): { fault: Fault; times: number }[] {
  return faults.map((fault) => ({ fault, times: fault.times }));
}
