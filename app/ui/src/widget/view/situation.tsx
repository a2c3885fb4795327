/** How things stand, in a line above the field: the queue, the hours, the connection. */
import { useSyncExternalStore } from "react";

import type { Standing, View } from "../standing";
import { localeOf, type Say, useWords } from "../words";

export function Situation({ standing, onTakeBack }: { standing: Standing; onTakeBack: (() => void) | undefined }) {
  const { say, language } = useWords();
  const isOnline = useSyncExternalStore(onLine, () => navigator.onLine);
  const { line, view } = standing;
  const trouble = !isOnline ? say("offline") : troubleOf(line, say);
  const queue = view?.stage === "waiting" ? queueOf(view, say, language) : "";
  const mayTakeBack = view?.stage === "waiting" && view.may_take_back && onTakeBack && standing.running === 0 && standing.letters.length === 0;
  return (
    <div className="situation">
      <p role="status" className={trouble ? "trouble" : undefined}>{trouble || queue}</p>
      {mayTakeBack && <button type="button" className="link" onClick={onTakeBack}>{say("back_to_assistant")}</button>}
    </div>
  );
}

function troubleOf(line: Standing["line"], say: Say): string {
  if (line === "lost") return say("reconnecting");
  return line === "unavailable" || line === "sign_in" ? say(line) : "";
}

export function queueOf(view: View, say: Say, language: string): string {
  if (!view.people_are_here) {
    if (!view.opens_at) return say("away_unknown");
    // With the zone: the assistant's notice gives the time of the shop's zone, this is the reader's.
    const when = new Intl.DateTimeFormat(localeOf(language), {
      weekday: "long", day: "numeric", month: "long", hour: "numeric", minute: "2-digit", timeZoneName: "short",
    });
    return say("away", { when: when.format(new Date(view.opens_at)) });
  }
  if (view.ahead === null) return "";
  if (view.ahead === 0) return say("ahead_none");
  return view.ahead === 1 ? say("ahead_one") : say("ahead_many", { count: view.ahead });
}

function onLine(listener: () => void): () => void {
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
}
