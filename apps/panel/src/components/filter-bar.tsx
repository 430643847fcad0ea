import { filterNames, type FloorFilter, floorFilters } from '../state/filters.js';
import { Icon } from './icon.js';

interface FilterBarProps {
  readonly filter: FloorFilter;
  readonly counts: Readonly<Record<FloorFilter, number>>;
  readonly search: string;
  readonly onFilter: (filter: FloorFilter) => void;
  readonly onSearch: (search: string) => void;
}

/** Which machines to show. */
export function FilterBar({ filter, counts, search, onFilter, onSearch }: FilterBarProps) {
  return (
    <div className="filter-bar" role="search" aria-label="Machines">
      <div className="filters" role="group" aria-label="Show">
        {floorFilters.map((name) => (
          <button
            key={name}
            type="button"
            className={`filter filter-${name}`}
            aria-pressed={name === filter}
            onClick={() => onFilter(name)}
          >
            {filterNames[name]}
            <span className="filter-count">{counts[name]}</span>
          </button>
        ))}
      </div>
      <label className="search">
        <span className="hidden">Search machines by name, serial number or address</span>
        <Icon name="search" />
        <input
          type="search"
          value={search}
          placeholder="Find a machine"
          maxLength={100}
          onChange={(event) => onSearch(event.target.value)}
          onKeyDown={(event) => event.key === 'Escape' && onSearch('')}
        />
      </label>
    </div>
  );
}
