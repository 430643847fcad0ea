import type { Book, BookRow } from '../state/books.js';

interface BookTableProps {
  readonly title: string;
  readonly book: Book;
}

/** A book as a table; an empty one says so. */
export function BookTable({ title, book: { columns, groups, note } }: BookTableProps) {
  if (groups.length === 0) return <p className="book-note">Nothing yet.</p>;
  return (
    <>
      <table>
        <caption className="hidden">{title}</caption>
        <thead>
          <tr>
            {columns.map(({ title: name, figure }) => (
              <th key={name} scope="col" className={figure ? 'figure' : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        {groups.map(({ title: group, rows }) => (
          <tbody key={group ?? ''}>
            {group && (
              <tr>
                <th scope="rowgroup" colSpan={columns.length}>
                  {group}
                </th>
              </tr>
            )}
            {rows.map((row) => (
              <Row key={row.key} row={row} columns={columns} />
            ))}
          </tbody>
        ))}
      </table>
      {note && <p className="book-note">{note}</p>}
    </>
  );
}

function Row({ row: { cells, tone }, columns }: { readonly row: BookRow; readonly columns: Book['columns'] }) {
  return (
    <tr>
      {cells.map((cell, place) => {
        const toned = tone !== undefined && place === cells.length - 1 ? `book-${tone}` : '';
        const classes = [columns[place]?.figure ? 'figure' : '', toned].filter(Boolean).join(' ');
        return (
          <td key={columns[place]?.title ?? place} className={classes || undefined}>
            {cell}
          </td>
        );
      })}
    </tr>
  );
}
