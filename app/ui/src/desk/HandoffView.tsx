import { useEffect, useMemo, useRef, useState } from "react";
import { flushSync } from "react-dom";

import type { Act } from "./act";
import { ActBar, type Asked } from "./ActBar";
import { ApprovalCard } from "./ApprovalCard";
import { useNow } from "./clock";
import { Composer } from "./Composer";
import type { ConversationStore } from "./conversation_store";
import { ClosingDialog, RefundDialog, TransferDialog } from "./dialogs";
import type { Box } from "./drafts";
import { heldBy, may } from "./may";
import { OnTheirWay } from "./OnTheirWay";
import { pendingApproval } from "./pending_approval";
import { isMine } from "./queue";
import { customerName, languageName } from "./saying";
import type { Bodies, Entry, Kind } from "./shapes";
import { useShortcuts } from "./shortcuts";
import { slaOf } from "./sla";
import { Sla, statusWords } from "./standing_words";
import { useStore } from "../lib/store";
import { namesIn, timeline } from "./timeline";
import { TimelineView } from "./TimelineView";
import { Why } from "./Why";
import type { Workspace } from "./workspace";

const NEWEST = 3; // entries among which a reply that is just arriving stands

/** One handoff: its conversation in the middle, and beside it why a person has it. */
export function HandoffView({ workspace, conversation }: { workspace: Workspace; conversation: ConversationStore }) {
  const { id } = conversation;
  const { packet, entries, whole, trail, heard, error } = useStore(conversation.store);
  const acts = useStore(workspace.outbox.acts).filter((act) => act.handoff === id);
  const offered = useStore(workspace.offered);
  const survey = useStore(workspace.surveys).get(id) ?? null;
  const now = useNow();
  const heading = useRef<HTMLHeadingElement>(null);
  const [side, setSide] = useState<"talk" | "why">("talk");
  const [asked, setAsked] = useState<Asked | null>(null);
  const [box, setBox] = useState<Box>("reply");
  const [texts, setTexts] = useState(() => ({ reply: workspace.drafts.read(id, "reply"), note: workspace.drafts.read(id, "note") }));
  const writing = useRef<HTMLTextAreaElement>(null);
  const items = useMemo(() => timeline(entries, packet?.notes ?? [], trail), [entries, packet?.notes, trail]);
  const isLoaded = packet !== null;
  useEffect(() => heading.current?.focus({ preventScroll: true }), [isLoaded]);

  const hold = packet ? heldBy(packet, workspace.me.id) : "over";
  const busy = (kind: Kind) => acts.some((act) => act.kind === kind && act.phase !== "refused");
  const allowed = (kind: Kind) => packet !== null && may(hold, kind) && !busy(kind);
  const act = <K extends Kind>(kind: K, body: Bodies[K]) => {
    setAsked(null);
    workspace.outbox.add(id, kind, body);
  };
  const write = (to: Box, text: string) => {
    workspace.drafts.keep(id, to, text);
    setTexts((before) => ({ ...before, [to]: text }));
  };
  /** Put a text behind what is written already, and go there. */
  const putInto = (to: Box, text: string) => {
    write(to, [texts[to].trimEnd(), text].filter(Boolean).join("\n\n"));
    goWrite(to);
  };
  const goWrite = (to: Box) => {
    // At once: the next key that is pressed belongs into the field.
    flushSync(() => {
      setSide("talk");
      setBox(to);
    });
    writing.current?.focus();
  };
  const ask = (kind: Asked) => (allowed(kind) ? { [KEY_OF[kind]]: () => setAsked(kind) } : {});
  useShortcuts({
    ...(allowed("claim") ? { c: () => act("claim", null) } : {}),
    ...(may(hold, "reply") ? { r: () => goWrite("reply") } : {}),
    ...(may(hold, "note") ? { n: () => goWrite("note") } : {}),
    ...ask("transfer"),
    ...ask("hand-back"),
    ...ask("resolve"),
  });

  if (!packet) {
    return (
      <main className="nothing" aria-busy={error === null}>
        <a className="back" href="#">Back to the queue</a>
        {error === null
          ? <div className="loading" role="status" aria-label="Loading the conversation"><i /><i /><i /></div>
          : <p role="alert">{error} <button onClick={() => void conversation.refresh()}>Try again</button></p>}
      </main>
    );
  }
  const approval = pendingApproval(trail);
  const called = namesIn(trail);
  const owner = packet.owner === null ? "somebody else" : called(packet.owner);
  return (
    <main className="handoff" data-side={side}>
      <section className="head" aria-label="Handoff">
        <a className="back" href="#" aria-label="Back to the queue">
          <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M10 3L5 8l5 5" /></svg>
        </a>
        <div className="title">
          <h2 ref={heading} tabIndex={-1}>{customerName(packet)}</h2>
          <p className="soft">
            {hold === "me" ? "With you" : hold === "another" ? `With ${owner}` : statusWords(packet.status)}
            {hold === "nobody" && packet.owner !== null && ` for ${isMine(packet, workspace.me) ? "you" : packet.owner}`}
            {" · "}{packet.queue}{" · "}{languageName(packet.language)} <Sla sla={slaOf(packet, now)} />
          </p>
        </div>
        <div className="sides" role="group" aria-label="What to show">
          <button aria-pressed={side === "talk"} onClick={() => setSide("talk")}>Conversation</button>
          <button aria-pressed={side === "why"} onClick={() => setSide("why")}>Why me?</button>
        </div>
        <ActBar hold={hold} allowed={allowed} busy={busy} falseHandoff={packet.false_handoff} onAct={act} onAsk={setAsked} />
      </section>
      <div className="talk">
        {error !== null && <p className="trouble" role="alert">This may be out of date. {error} <button onClick={() => void conversation.refresh()}>Try again</button></p>}
        {approval && (
          <ApprovalCard
            called={called}
            approval={approval}
            me={workspace.me.id}
            allowed={allowed("approval")}
            onAnswer={(body) => act("approval", body)}
          />
        )}
        <TimelineView items={items} whole={whole} now={now} me={workspace.me.id} called={called} language={packet.language}>
          <OnTheirWay acts={acts.filter((each) => !isThere(each, entries))} outbox={workspace.outbox} onPutBack={putInto} />
        </TimelineView>
        <p className="unseen" aria-live="polite">{heard && `Customer: ${heard}`}</p>
        <Composer
          hold={hold}
          owner={owner}
          claiming={busy("claim")}
          box={box}
          text={texts[box]}
          field={writing}
          language={packet.language}
          survey={survey}
          onBox={setBox}
          onText={(text) => write(box, text)}
          onClaim={() => act("claim", null)}
          onSend={(text) => {
            act(box, { text });
            write(box, "");
          }}
        />
      </div>
      <Why
        packet={packet}
        trail={trail}
        line={offered?.confidence ?? null}
        now={now}
        onUseDraft={may(hold, "reply") ? (text) => putInto("reply", text) : null}
      />
      {asked === "transfer" && <TransferDialog offered={offered} from={packet.queue} onDo={(body) => act("transfer", body)} onClose={() => setAsked(null)} />}
      {asked === "refund-exception" && <RefundDialog onDo={(body) => act("refund-exception", body)} onClose={() => setAsked(null)} />}
      {(asked === "hand-back" || asked === "resolve" || asked === "abandon") && (
        <ClosingDialog closing={asked} onDo={(body) => act(asked, body)} onClose={() => setAsked(null)} />
      )}
    </main>
  );
}

const KEY_OF: Record<Asked, string> = { transfer: "t", "hand-back": "b", resolve: "e", abandon: "", "refund-exception": "" };

/** A reply may be in the conversation before the server's answer to it is here: it is shown once. */
function isThere(act: Act, entries: readonly Entry[]): boolean {
  if (act.kind !== "reply" || act.phase !== "sending") return false;
  return entries.slice(-NEWEST).some(({ role, text }) => role === "human" && text === act.body.text);
}
