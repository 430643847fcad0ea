import { type AnchorHTMLAttributes, type MouseEvent, type Ref, useMemo, useSyncExternalStore } from 'react';

import { parseRoute, pathOf, type Route } from './route.js';

const changed = 'tallyhall:route';

function subscribe(listener: () => void): () => void {
  window.addEventListener('popstate', listener);
  window.addEventListener(changed, listener);
  return () => {
    window.removeEventListener('popstate', listener);
    window.removeEventListener(changed, listener);
  };
}

/** The route of the address bar; follows the browser's back and forward. */
export function useRoute(): Route {
  const path = useSyncExternalStore(subscribe, () => location.pathname);
  return useMemo(() => parseRoute(path), [path]);
}

/** Goes to a route: as a new entry of the browser's history, or in place of the current one. */
export function navigate(route: Route, how: 'push' | 'replace' = 'push'): void {
  const path = pathOf(route);
  if (path === location.pathname) return;
  if (how === 'push') history.pushState({ from: location.pathname }, '', path);
  else history.replaceState(history.state, '', path);
  window.dispatchEvent(new Event(changed));
}

/** Goes back when that leads to this route within the panel; else there directly, as after a deep link. */
export function returnTo(route: Route): void {
  const state: unknown = history.state;
  const from = typeof state === 'object' && state !== null && 'from' in state ? state.from : undefined;
  if (from === pathOf(route)) history.back();
  else navigate(route, 'replace');
}

interface LinkProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'> {
  readonly to: Route;
  readonly ref?: Ref<HTMLAnchorElement>;
}

/** A real link, so that it opens in a new tab as any other; a plain click stays in the page. */
export function Link({ to, onClick, ...rest }: LinkProps) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (event.defaultPrevented || !plain) return;
    event.preventDefault();
    navigate(to);
  };
  return <a href={pathOf(to)} onClick={follow} {...rest} />;
}
