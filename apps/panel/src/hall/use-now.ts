import { useEffect, useState } from 'react';

/** Milliseconds since the epoch, told anew every `everyMs`: for "2 min ago" and "playing". */
export function useNow(everyMs: number): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return nowMs;
}
