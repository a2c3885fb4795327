/** A JSON value, folded where it is long. */
const SHORT = 120;

export function Value({ of }: { of: unknown }) {
  const text = of === undefined ? "nothing" : JSON.stringify(of, null, 2);
  const brief = of === undefined ? "nothing" : JSON.stringify(of);
  if (brief.length <= SHORT) return <code>{brief}</code>;
  return (
    <details className="value">
      <summary>
        <code>{brief.slice(0, SHORT - 40)}…</code>
      </summary>
      <pre tabIndex={0}>{text}</pre>
    </details>
  );
}
