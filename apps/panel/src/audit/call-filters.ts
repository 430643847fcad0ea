/** What calls are searched by; an empty text is no condition. Times are UTC, as an input gives them: `2026-01-15T13:30`. */
export interface CallFilters {
  readonly actor: string;
  readonly client: string;
  readonly route: string;
  readonly result: string;
  readonly correlationId: string;
  readonly from: string;
  readonly to: string;
}

export const noFilters: CallFilters = {
  actor: '',
  client: '',
  route: '',
  result: '',
  correlationId: '',
  from: '',
  to: '',
};

/** The filters as the API asks for them, with what else the query has. */
export function queryOf(filters: CallFilters, more: Readonly<Record<string, string>>): string {
  const { from, to, ...texts } = filters;
  const times = { from: from && instant(from, 'from'), to: to && instant(to, 'to') };
  const given = Object.entries({ ...texts, ...times }).filter(([, value]) => value !== '');
  return new URLSearchParams([...given, ...Object.entries(more)]).toString();
}

/** A minute is meant whole: `to` takes in its last millisecond. */
function instant(minute: string, end: 'from' | 'to'): string {
  const started = Date.parse(`${minute}Z`);
  if (Number.isNaN(started)) return minute;
  const isWhole = /T\d\d:\d\d$/.test(minute);
  return new Date(started + (end === 'to' && isWhole ? 59_999 : 0)).toISOString();
}
