/** Nest's injection token of the list of {@link HealthIndicator}s. */
export const HEALTH_INDICATORS = Symbol('HealthIndicators');

/** One part of the process that must work before it should be sent requests. */
export interface HealthIndicator {
  readonly name: string;
  check(): Promise<{ readonly healthy: boolean; readonly detail: object }>;
}

export interface HealthReport {
  readonly status: 'ready' | 'not-ready';
  readonly checks: Readonly<Record<string, { readonly healthy: boolean; readonly [detail: string]: unknown }>>;
}

/** A part that does not answer in this time is not healthy. */
const checkTimeoutMs = 2_000;

/** Asks every part at the same time. A check that throws or hangs is an unhealthy part, never a failed report. */
export async function checkHealth(
  indicators: readonly HealthIndicator[],
  timeoutMs = checkTimeoutMs,
): Promise<HealthReport> {
  const answers = await Promise.all(indicators.map((indicator) => checkOne(indicator, timeoutMs)));
  return {
    status: answers.every(({ healthy }) => healthy) ? 'ready' : 'not-ready',
    checks: Object.fromEntries(
      answers.map(({ healthy, detail }, index) => [indicators[index]?.name ?? '', { healthy, ...detail }]),
    ),
  };
}

async function checkOne(
  indicator: HealthIndicator,
  timeoutMs: number,
): Promise<{ readonly healthy: boolean; readonly detail: object }> {
  const patience = new AbortController();
  try {
    return await Promise.race([indicator.check(), afterTimeout(timeoutMs, patience.signal)]);
  } catch (error) {
    return { healthy: false, detail: { error: error instanceof Error ? error.message : String(error) } };
  } finally {
    patience.abort();
  }
}

function afterTimeout(timeoutMs: number, signal: AbortSignal): Promise<{ healthy: false; detail: object }> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ healthy: false, detail: { error: 'no answer' } }), timeoutMs);
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
}
