/** The tally mark and the name. */
export function Brand() {
  return (
    <span className="brand">
      <svg className="brand-mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
        <path d="M8 8v16M13.5 8v16M19 8v16M24.5 8v16" />
        <path className="brand-stroke" d="M4 21.5 28.5 10.5" />
      </svg>
      Tallyhall
    </span>
  );
}
