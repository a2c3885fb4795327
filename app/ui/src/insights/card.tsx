/** A part of the page: its name, what it says, and the figures below. */
import type { ReactNode } from "react";

import { Figures } from "./figures";
import type { Table } from "./tables";

interface Part {
  title: string;
  about?: ReactNode;
  table?: Table;
  period: string;
  wide?: boolean;
  children: ReactNode;
}

export function Card({ title, about, table, period, wide = false, children }: Part) {
  return (
    <section className={wide ? "card wide" : "card"} aria-label={title}>
      <h2>{title}</h2>
      {about !== undefined && <p className="about">{about}</p>}
      {children}
      {table !== undefined && table.rows.length > 0 && <Figures table={table} period={period} />}
    </section>
  );
}

export function Withheld({ why, children }: { why: string; children?: ReactNode }) {
  return (
    <div className="withheld">
      <strong>Withheld</strong>
      <span>{why}</span>
      {children}
    </div>
  );
}
