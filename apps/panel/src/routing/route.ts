/** The panel's addresses. New pages are added here, and to the navigation. */
export type Route =
  | { readonly page: 'start' }
  | { readonly page: 'halls' }
  | { readonly page: 'floor'; readonly hallId: string }
  | { readonly page: 'alarms'; readonly hallId: string }
  | { readonly page: 'machine'; readonly machineId: string }
  | { readonly page: 'access'; readonly section: AccessSection }
  /** Recorded calls: all, or those of one correlation. */
  | { readonly page: 'calls'; readonly correlationId: string | null }
  /** One stream's history: none chosen yet, from its end, or from a revision back. */
  | { readonly page: 'history'; readonly stream: string | null; readonly revision: string | null }
  | { readonly page: 'integrity' }
  | { readonly page: 'unknown' };

const accessSections = ['clients', 'staff', 'keys'] as const;
export type AccessSection = (typeof accessSections)[number];

/** Reads a URL's path; what has no page is `unknown`. */
export function parseRoute(path: string): Route {
  const [first, second, third, ...more] = segments(path);
  if (first === undefined) return { page: 'start' };
  if (more.length > 0) return { page: 'unknown' };
  if (first === 'halls' && second === undefined) return { page: 'halls' };
  if (first === 'halls' && second !== undefined && third === undefined) return { page: 'floor', hallId: second };
  if (first === 'halls' && second !== undefined && third === 'alarms') return { page: 'alarms', hallId: second };
  if (first === 'machines' && second !== undefined && third === undefined)
    return { page: 'machine', machineId: second };
  const section = accessSections.find((each) => each === second);
  if (first === 'access' && section !== undefined && third === undefined) return { page: 'access', section };
  return auditRoute(first, second ?? null, third ?? null) ?? { page: 'unknown' };
}

function auditRoute(first: string, second: string | null, third: string | null): Route | undefined {
  if (first === 'calls' && third === null) return { page: 'calls', correlationId: second };
  if (first === 'history' && (third === null || /^\d{1,19}$/.test(third)))
    return { page: 'history', stream: second, revision: third };
  return first === 'integrity' && second === null ? { page: 'integrity' } : undefined;
}

/** The path of a route: the inverse of {@link parseRoute}. */
export function pathOf(route: Route): string {
  switch (route.page) {
    case 'start':
    case 'unknown':
      return '/';
    case 'halls':
      return '/halls';
    case 'floor':
      return `/halls/${encodeURIComponent(route.hallId)}`;
    case 'alarms':
      return `/halls/${encodeURIComponent(route.hallId)}/alarms`;
    case 'access':
      return `/access/${route.section}`;
    case 'calls':
      return route.correlationId === null ? '/calls' : `/calls/${encodeURIComponent(route.correlationId)}`;
    case 'history': {
      const stream = route.stream === null ? '' : `/${encodeURIComponent(route.stream)}`;
      return `/history${stream}${stream === '' || route.revision === null ? '' : `/${route.revision}`}`;
    }
    case 'integrity':
      return '/integrity';
    case 'machine':
      return `/machines/${encodeURIComponent(route.machineId)}`;
  }
}

const segments = (path: string): string[] => path.split('/').filter(Boolean).map(decode);

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
