import { setFlagsFromString } from 'node:v8';

/** V8's option; by its percentage the heap may grow beyond what is in use. */
export const heapGrowingOption = '--heap-growing-percent';

/**
 * Lets the heap of this process grow to three times what is in use before all of it is collected; V8 does so to a heap as
 * small as a store's after every ten megabytes. For a process that does little else: a host with a large heap of its own
 * would pay with memory.
 */
export const collectLessOften = (): void => setFlagsFromString(`${heapGrowingOption}=200`);
