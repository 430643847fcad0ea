/** Runs a task later, once. */
export type Schedule = (task: () => void, delayMs: number) => () => void;

/** On the browser's clock; the answer cancels it. */
export const schedule: Schedule = (task, delayMs) => {
  const timer = setTimeout(task, delayMs);
  return () => clearTimeout(timer);
};
