/** A zone's wall clock as machines' clocks take it: `2026-01-15T13:30:00`. */
export function localTimeIn(timeZone: string): (epochMs: number) => string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    ...{ timeZone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
    second: '2-digit',
  });
  return (epochMs) => format.format(epochMs).replace(' ', 'T');
}
