/** The shapes of the desk's routes, by the names that the desk uses for them. */
import type { components } from "../lib/openapi";

type Schemas = components["schemas"];

export type { Me } from "../lib/door";
export type Standing = Schemas["StandingView"];
export type Packet = Schemas["PacketView"];
export type Page = Schemas["Page"];
export type Entry = Schemas["Entry"];
export type Note = Schemas["Note"];
export type Reason = Schemas["Reason"];
export type TranscriptPage = Schemas["TranscriptPage"];
export type Trail = Schemas["Trail"];
export type TrailEvent = Schemas["TrailEvent"];
export type Offered = Schemas["DeskView"];
/** What an act answers; the answer to an approval has no survey. */
export type Done = Pick<Schemas["Done"], "handoff" | "survey_url">;
export type Status = Standing["status"];

/** What the desk may do with a handoff: the last part of its address. */
export interface Bodies {
  claim: null;
  reply: Schemas["ReplyBody"];
  note: Schemas["NoteBody"];
  transfer: Schemas["TransferBody"];
  "hand-back": Schemas["CloseBody"];
  resolve: Schemas["CloseBody"];
  abandon: Schemas["CloseBody"];
  mark: Schemas["MarkBody"];
  "refund-exception": Schemas["RefundExceptionBody"];
  approval: Schemas["AnswerBody"];
}
export type Kind = keyof Bodies;
