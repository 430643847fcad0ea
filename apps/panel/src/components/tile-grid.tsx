import { type KeyboardEvent, useCallback, useEffect, useRef, useState } from 'react';

import type { FloorMachine } from '../state/floor.js';
import { nextIndex } from '../state/grid-keys.js';
import { Tile } from './tile.js';

interface TileGridProps {
  readonly machines: readonly FloorMachine[];
  readonly nowMs: number;
  readonly openId: string | undefined;
}

/** The tiles. One of them is in the tab order; arrow keys, Home and End move among them. */
export function TileGrid({ machines, nowMs, openId }: TileGridProps) {
  const list = useRef<HTMLUListElement>(null);
  const [activeId, setActiveId] = useState<string>();
  const tabStop = machines.some(({ machine }) => machine.id === activeId) ? activeId : machines[0]?.machine.id;
  const onFocus = useCallback((machineId: string) => setActiveId(machineId), []);
  useFocusAfterClosing(list, openId);

  const links = () => Array.from(list.current?.querySelectorAll<HTMLAnchorElement>('.tile-link') ?? []);
  const move = (event: KeyboardEvent) => {
    const all = links();
    const index = all.findIndex((link) => link === document.activeElement);
    const next = index < 0 ? undefined : nextIndex(event.key, index, all.length, columnsOf(all));
    if (next === undefined) return;
    event.preventDefault();
    all[next]?.focus();
  };

  return (
    <ul className="tiles" ref={list} aria-label="Machines" onKeyDown={move}>
      {machines.map((floorMachine) => {
        const { id } = floorMachine.machine;
        return (
          <Tile
            key={id}
            floorMachine={floorMachine}
            nowMs={nowMs}
            open={id === openId}
            tabIndex={id === tabStop ? 0 : -1}
            onFocus={onFocus}
          />
        );
      })}
    </ul>
  );
}

/** Puts the focus back on the tile whose machine was open. */
function useFocusAfterClosing(list: { readonly current: HTMLUListElement | null }, openId: string | undefined): void {
  const wasOpen = useRef<string>(undefined);
  useEffect(() => {
    const closed = openId === undefined ? wasOpen.current : undefined;
    wasOpen.current = openId;
    if (closed === undefined) return;
    const tile = Array.from(list.current?.children ?? []).find(
      (child) => child.getAttribute('data-machine') === closed,
    );
    tile?.querySelector<HTMLAnchorElement>('.tile-link')?.focus();
  }, [list, openId]);
}

/** Tiles of the first row: those as high up as the first. */
function columnsOf(links: readonly HTMLElement[]): number {
  const top = links[0]?.getBoundingClientRect().top;
  const below = links.findIndex((link) => link.getBoundingClientRect().top !== top);
  return below < 0 ? Math.max(links.length, 1) : below;
}
