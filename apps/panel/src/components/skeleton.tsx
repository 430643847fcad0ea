interface SkeletonProps {
  readonly shape: 'tile' | 'line' | 'card';
  readonly count: number;
  readonly label: string;
}

/** The outline of what is being read. */
export function Skeleton({ shape, count, label }: SkeletonProps) {
  return (
    <div className={`skeletons skeletons-${shape}`} role="status" aria-label={label}>
      {Array.from({ length: count }, (_, index) => (
        <span key={index} className={`skeleton skeleton-${shape}`} />
      ))}
    </div>
  );
}
