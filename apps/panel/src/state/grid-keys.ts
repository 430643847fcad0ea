/** Where an arrow key leads in a grid of tiles read row by row; undefined when the key is not for the grid. */
export function nextIndex(key: string, index: number, count: number, columns: number): number | undefined {
  const target = targetOf(key, index, count, columns);
  if (target === undefined || count === 0) return undefined;
  return target >= 0 && target < count ? target : index;
}

function targetOf(key: string, index: number, count: number, columns: number): number | undefined {
  switch (key) {
    case 'ArrowLeft':
      return index - 1;
    case 'ArrowRight':
      return index + 1;
    case 'ArrowUp':
      return index - columns;
    case 'ArrowDown':
      return index + columns;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
