import { useState, type ReactNode } from "react";

/** Buttons that are needed less often. It closes by itself when the focus leaves it, and by Escape. */
export function Menu({ name, children }: { name: string; children: ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <div
      className="menu"
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setOpen(false);
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open) return;
        setOpen(false);
        event.currentTarget.querySelector("button")?.focus();
      }}
    >
      <button aria-expanded={open} onClick={() => setOpen(!open)}>{name}</button>
      {open && <div role="group" aria-label={name} onClick={() => setOpen(false)}>{children}</div>}
    </div>
  );
}
