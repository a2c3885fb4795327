/** What was said, by days; then what is on its way. */
import { useRef } from "react";

import { byDay } from "../days";
import { asksForRating, hasJoined, isThinking, noteOf, received, type Standing } from "../standing";
import type { Talk } from "../talk";
import { localeOf, useWords } from "../words";
import { Icon } from "./icon";
import { LetterBubble } from "./letter";
import { Bubble } from "./bubble";
import { Survey } from "./survey";
import { useEnd } from "./end";
import { Welcome } from "./welcome";

export function Log({ standing, talk }: { standing: Standing; talk: Talk }) {
  const { say, language } = useWords();
  const { said, arriving, letters, view } = standing;
  const note = noteOf(standing);
  const isEmpty = said.length + letters.length + arriving.length === 0;
  const box = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const end = useEnd(box, content, received(standing) + arriving.length, letters.length);
  const isLoading = standing.line === "loading";
  return (
    <div className="log-frame">
      <div
        className="log" ref={box} onScroll={end.onScroll} tabIndex={0}
        role="log" aria-live={isLoading ? "off" : "polite"} aria-label={say("conversation")}
      >
        <div ref={content} className="log-content">
          {isLoading && (
            <div className="ghosts">
              <p className="unseen">{say("loading")}</p>
              <span /><span /><span />
            </div>
          )}
          {isEmpty && !isLoading && standing.line !== "sign_in" && <Welcome onAsk={(text) => talk.write(text)} />}
          <div className="messages">
            {byDay(said, new Date()).map((day) => (
              <section key={day.start.getTime()} className="messages">
                <h3 className="day">{dayName(day.start, new Date(), language, say)}</h3>
                {day.said.map((each, place) => (
                  <Bubble key={each.id} said={each} isFirst={day.said[place - 1]?.author !== each.author} />
                ))}
              </section>
            ))}
            {letters.map((letter) => (
              <LetterBubble key={letter.id} letter={letter} onTryAgain={() => talk.tryAgain(letter.id)} />
            ))}
            {note && <p className="note">{note}</p>}
            {hasJoined(standing) && <p className="note">{say("joined", { name: view?.person ?? "" })}</p>}
          </div>
          {arriving.map((each) => (
            <div key={`arriving-${each.id}`} aria-hidden="true">
              <Bubble said={each} isFirst />
            </div>
          ))}
          <div role="status" className="thinking-line">
            {isThinking(standing) && (
              <p className="thinking">
                <span className="dots" aria-hidden="true"><i /><i /><i /></span>
                {say("thinking")}
              </p>
            )}
          </div>
          {asksForRating(standing) && view && (
            <Survey key={view.episode} onRate={(...answer) => talk.rate(...answer)} onSkip={() => talk.surveyed(null)} />
          )}
          {standing.survey && <p className="survey-over">{say(standing.survey)}</p>}
        </div>
      </div>
      {end.isBehind && (
        <button type="button" className="newer" onClick={end.go}>
          <Icon name="down" />
          {say("new_messages")}
        </button>
      )}
    </div>
  );
}

function dayName(day: Date, now: Date, language: string, say: (key: string) => string): string {
  const days = Math.round((new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime() - day.getTime()) / 86_400_000);
  if (days === 0) return say("today");
  if (days === 1) return say("yesterday");
  return new Intl.DateTimeFormat(localeOf(language), { weekday: "long", day: "numeric", month: "long" }).format(day);
}
