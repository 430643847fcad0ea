interface Route {
  readonly matches: RegExp;
  readonly methods: readonly string[];
}

/** Every route by its pattern, to tell a wrong method from a wrong address. Asked only when nothing else answered. */
export class RouteTable {
  private readonly routes: Route[] = [];

  /** @param pattern such as `/api/v1/halls/:id`; one with a wildcard takes any address, and says nothing about it */
  add(methods: string | readonly string[], pattern: string): void {
    if (pattern.includes('*')) return;
    this.routes.push({
      matches: patternExpression(pattern),
      methods: typeof methods === 'string' ? [methods] : methods,
    });
  }

  /** The methods that an address has, sorted; none where there is nothing at the address. */
  methodsOf(path: string): string[] {
    const methods = this.routes.filter(({ matches }) => matches.test(path)).flatMap((route) => route.methods);
    return [...new Set(methods)].sort();
  }
}

const patternExpression = (pattern: string): RegExp =>
  new RegExp(`^${pattern.split('/').map(segmentExpression).join('/')}$`);

const segmentExpression = (segment: string): string =>
  segment.startsWith(':') ? '[^/]+' : segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
