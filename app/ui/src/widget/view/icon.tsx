/** Line drawings of the few signs that the window needs. */
const PATHS = {
  close: "M6.5 6.5l11 11m0-11l-11 11",
  send: "M12 19V5.5m0 0L6.5 11M12 5.5l5.5 5.5",
  down: "M12 5v13m0 0l-5-5m5 5l5-5",
  outside: "M13.5 5.5h5v5m0-5l-8 8M16 13.5v5H5.5V8h5",
  article: "M7 3.75h7l4 4v12.5H7zM13.5 4v4H18M9.75 12h5.5m-5.5 3.5h5.5",
};

export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
