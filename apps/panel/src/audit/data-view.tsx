import { Fragment } from 'react';

import { formatMoney } from '../format/money.js';
import { field, moneyOf } from '../state/event-data.js';

/** Members that are shown in a line of their own; more stand in the stored form below. */
const maximumMembers = 40;

/** An event's data for reading: a line a member, money as money. */
export function DataView({ data }: { readonly data: unknown }) {
  if (typeof data !== 'object' || data === null) return <p>{text(data)}</p>;
  const members = Object.keys(data).slice(0, maximumMembers);
  return (
    <dl className="record-facts record-data">
      {members.map((name) => (
        <Fragment key={name}>
          <dt>{wordsOf(name)}</dt>
          <dd>{valueText(data, name)}</dd>
        </Fragment>
      ))}
    </dl>
  );
}

/** Longest text of one value, in characters. */
const maximumLength = 300;

function valueText(data: object, name: string): string {
  const money = moneyOf(data, name);
  if (money) return formatMoney(money);
  const value = field(data, name);
  if (Array.isArray(value) && value.some((item) => typeof item === 'object')) return `${value.length} entries`;
  const shown = text(value);
  return shown.length > maximumLength ? `${shown.slice(0, maximumLength)}…` : shown;
}

function text(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '–' : value.map((item) => text(item)).join(', ');
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return value === null || value === undefined ? '–' : JSON.stringify(value);
}

/** `gamingDate` as `Gaming date`. */
function wordsOf(name: string): string {
  const spaced = name.replaceAll(
    /([a-z\d])([A-Z])/g,
    (_, before: string, after: string) => `${before} ${after.toLowerCase()}`,
  );
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
