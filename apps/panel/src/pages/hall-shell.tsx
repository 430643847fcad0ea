import { useEffect } from 'react';

import { AlarmStrip } from '../components/alarm-strip.js';
import { HallHeader } from '../components/hall-header.js';
import { useHall } from '../hall/hall-context.js';
import { HallProvider } from '../hall/hall-provider.js';
import type { Route } from '../routing/route.js';
import { AlarmsPage } from './alarms-page.js';
import { FloorPage } from './floor-page.js';

interface HallShellProps {
  readonly hallId: string;
  readonly route: Route;
  readonly severalHalls: boolean;
  readonly onOtherHall: (hallId: string) => void;
}

/** What the pages of one hall share. It stays while one goes from page to page, and so does the live connection. */
export function HallShell({ hallId, route, severalHalls, onOtherHall }: HallShellProps) {
  return (
    <HallProvider hallId={hallId}>
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <HallHeader severalHalls={severalHalls} />
      <Frame route={route} onOtherHall={onOtherHall} />
    </HallProvider>
  );
}

function Frame({ route, onOtherHall }: Pick<HallShellProps, 'route' | 'onOtherHall'>) {
  const { floor } = useHall();
  const openId = route.page === 'machine' ? route.machineId : undefined;
  const open = openId === undefined ? undefined : floor.machines.get(openId)?.machine.name;
  useEffect(() => {
    document.title = [open, floor.hall?.name, 'Tallyhall'].filter(Boolean).join(' · ');
  }, [open, floor.hall?.name]);
  return (
    <main id="content" tabIndex={-1}>
      <AlarmStrip timeZone={floor.hall?.timeZone ?? 'UTC'} quiet={route.page === 'alarms'} />
      {route.page === 'alarms' ? <AlarmsPage /> : <FloorPage openId={openId} onOtherHall={onOtherHall} />}
    </main>
  );
}
