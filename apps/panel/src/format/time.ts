const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterFor(options: Intl.DateTimeFormatOptions, locale: string | undefined): Intl.DateTimeFormat {
  const name = `${locale ?? ''} ${JSON.stringify(options)}`;
  const known = formatters.get(name);
  if (known) return known;
  const made = new Intl.DateTimeFormat(locale, options);
  formatters.set(name, made);
  return made;
}

/** Wall-clock time in the hall, to the second: `21:04:09`. */
export const formatTime = (instant: string, timeZone: string, locale?: string): string =>
  formatterFor({ timeZone, hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }, locale).format(
    new Date(instant),
  );

/** The local day in the hall, for headings: `Monday 23 November`. */
export const formatDay = (instant: string, timeZone: string, locale?: string): string =>
  formatterFor({ timeZone, weekday: 'long', day: 'numeric', month: 'long' }, locale).format(new Date(instant));

/** Date and time to the second in the hall, with the zone's name. */
export const formatInstant = (instant: string, timeZone: string, locale?: string): string =>
  formatterFor({ timeZone, dateStyle: 'medium', timeStyle: 'long' }, locale).format(new Date(instant));

const secondsPer = { minute: 60, hour: 3_600, day: 86_400 };

/** Day and time in the hall where space is dear: `23 Nov, 21:04:09`. */
export const formatMoment = (instant: string, timeZone: string, locale?: string): string =>
  formatterFor(
    {
      timeZone,
      day: 'numeric',
      month: 'short',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    },
    locale,
  ).format(new Date(instant));

/** How long ago, coarsely: a floor is read at a glance. Future instants (clocks differ) are `now`. */
export function formatAgo(instant: string, nowMs: number): string {
  const seconds = Math.floor((nowMs - Date.parse(instant)) / 1_000);
  if (seconds < 10) return 'now';
  if (seconds < secondsPer.minute) return `${Math.floor(seconds / 10) * 10} s ago`;
  if (seconds < secondsPer.hour) return `${Math.floor(seconds / secondsPer.minute)} min ago`;
  if (seconds < secondsPer.day) return `${Math.floor(seconds / secondsPer.hour)} h ago`;
  return `${Math.floor(seconds / secondsPer.day)} d ago`;
}
