/** One user's conversation: what goes out, what comes in, and what is kept of it in this browser. */
import type { RunsClient } from "@langchain/langgraph-sdk/client";

import { type Api, Problem, Unreachable } from "../lib/api";
import { listen } from "../lib/live";
import type { Host } from "./contract";
import type { Identity, Who } from "./identity";
import { Kept } from "./kept";
import { letter as newLetter, type Letter, nextAfter } from "./letters";
import { refusalIn, RunFailed, runsOf, send, Silent } from "./runs";
import type { Values } from "./said";
import { type Change, changed, EMPTY, received, type Standing, unreadIn, type View } from "./standing";
import { uuid } from "./uuid";

const LOOK_AGAIN = [0, 300, 300, 500, 800, 1500, 2500, 4000]; // ms; a hint may come before the thread's state has it
const GLANCE_SECONDS = 20; // nobody tells when those before them were served, and a hint may be lost
const UNTIL_WOKEN = 2 ** 31 - 1; // the longest that a timer takes
const PAUSES = [1000, 2000, 4000, 8000, 15_000, 30_000];

export class Talk {
  readonly api: Api;
  #standing: Standing = EMPTY;
  readonly #listeners = new Set<() => void>();
  readonly #over = new AbortController();
  readonly #runs: RunsClient;
  #who: Who = { kind: "nobody" };
  #kept: Kept | null = null;
  #thread: string | null = null;
  #creating: Promise<string> | undefined;
  #unlisten: (() => void) | undefined;
  #ready = false;
  #pumping = false;
  #looking = 0;
  #open = false;
  #told = { unread: 0, stage: "ai" as View["stage"], received: -1 };
  #wake: (() => void) | undefined;

  constructor(
    readonly identity: Identity,
    readonly host: Host,
  ) {
    this.api = identity.api;
    this.#runs = runsOf(this.api);
    void this.#begin();
    const signal = this.#over.signal;
    window.addEventListener("online", () => this.#onOnline(), { signal });
    document.addEventListener("visibilitychange", () => this.#markSeen(), { signal });
    const glances = setInterval(() => {
      if (this.#open && ["waiting", "human"].includes(this.#standing.view?.stage ?? "")) void this.#look([0]);
    }, GLANCE_SECONDS * 1000);
    signal.addEventListener("abort", () => clearInterval(glances));
  }

  // What the window reads.

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly standing = (): Standing => this.#standing;

  // What the customer does.

  write(text: string): void {
    this.#keep(newLetter(uuid(), text, new Date()));
    void this.#pump();
  }

  tryAgain(id: string): void {
    const known = this.#standing.letters.find((each) => each.id === id);
    if (!known) return;
    this.#keep({ ...known, state: "waiting", attempts: 0 });
    void this.#pump();
  }

  /** Rate the episode, once. Raises Problem or Unreachable. */
  async rate(rating: number, comment: string): Promise<void> {
    const url = this.#standing.view?.survey_url ?? "";
    const path = url.slice(url.indexOf("/handrail/csat/"));
    try {
      await this.api.call(path, { method: "POST", body: { rating, comment } });
      this.surveyed("survey_thanks");
    } catch (error) {
      if (!(error instanceof Problem) || ![404, 409, 410].includes(error.status)) throw error;
      this.surveyed("survey_over");
    }
  }

  /** The survey of this episode was answered, is over, or was put aside. */
  surveyed(told: Standing["survey"]): void {
    const episode = this.#standing.view?.episode ?? 0;
    this.#kept?.change({ surveyed: episode });
    this.#change({ type: "surveyed", episode, told });
  }

  shown(open: boolean): void {
    this.#open = open;
    this.#markSeen();
    if (open && this.#thread) void this.#look();
    if (open && this.#standing.line === "sign_in") this.#wake?.(); // they may have signed in since
  }

  /** Begin a new conversation; what was not sent stays. */
  anew(): void {
    if (this.#over.signal.aborted) return;
    this.#follow(null);
    this.#change({ type: "anew" });
    this.#told = { unread: 0, stage: "ai", received: 0 };
    this.#kept?.change({ thread: null, seen: 0, surveyed: 0, expecting: false });
  }

  end(): void {
    this.#over.abort();
    this.identity.end();
    this.#unlisten?.();
    this.#listeners.clear();
  }

  // The beginning.

  async #begin(): Promise<void> {
    await this.#insist(async () => {
      this.#who = await this.identity.who();
      if (this.#who.kind === "nobody") throw new SignInFirst();
      const kept = new Kept(this.api.base, this.#who.kind === "customer" ? this.#who.id : null);
      this.#kept = kept;
      const place = kept.place();
      for (const each of this.#standing.letters) kept.keep(each); // written before this was known
      for (const each of kept.letters()) {
        this.#change({ type: "letter", letter: { ...each, state: "waiting", attempts: 0 } });
      }
      this.#change({ type: "seen", count: place.seen });
      this.#change({ type: "surveyed", episode: place.surveyed, told: null });
      await this.#resume(place.thread ?? (await this.#lastThread()), place.thread === null);
      this.#change({ type: "line", line: "fine" });
      this.#ready = true;
      void this.#pump();
    });
  }

  /** Go on with a thread, where it is there still. `isNew` says that this browser is new to it. */
  async #resume(thread: string | null, isNew: boolean): Promise<void> {
    if (!thread) return;
    try {
      const state = await this.api.call<{ values?: Values }>(this.#path(thread));
      this.#follow(thread);
      this.#change({ type: "read", values: state.values ?? {} });
      if (isNew) this.#kept?.change({ thread, seen: received(this.#standing) });
      if (isNew) this.#change({ type: "seen", count: received(this.#standing) });
    } catch (error) {
      if (!isGone(error)) throw error;
      this.#kept?.change({ thread: null, seen: 0, surveyed: 0 });
      return;
    }
    this.#settle();
    await this.#readView();
    this.#hear();
  }

  /** Return the last conversation of somebody who is known, from whichever browser. */
  async #lastThread(): Promise<string | null> {
    if (this.#who.kind !== "customer") return null;
    const body = { limit: 1, sort_by: "updated_at", sort_order: "desc" };
    const found = await this.api.call<{ thread_id: string }[]>("/threads/search", { method: "POST", body });
    return found[0]?.thread_id ?? null;
  }

  /** Try until it works, and say meanwhile that it does not. */
  async #insist(work: () => Promise<void>): Promise<void> {
    for (let failures = 0; !this.#over.signal.aborted; failures += 1) {
      try {
        await work();
        return;
      } catch (error) {
        const { status } = refusalIn(error);
        const isStranger = error instanceof SignInFirst || status === 401 || status === 403;
        this.#change({ type: "line", line: isStranger ? "sign_in" : "unavailable" });
        this.host.tell("error", { code: isStranger ? "sign_in" : error instanceof Problem ? error.code : "unreachable" });
        await this.#rest(isStranger ? UNTIL_WOKEN : (PAUSES[Math.min(failures, PAUSES.length - 1)] ?? 0));
      }
    }
  }

  // What goes out, in the order in which it was written.

  async #pump(): Promise<void> {
    if (this.#pumping || !this.#ready) return;
    this.#pumping = true;
    try {
      for (;;) {
        const next = this.#standing.letters.find(({ state }) => ["waiting", "offline", "busy", "slow"].includes(state));
        if (!next || this.#over.signal.aborted) return;
        const pause = await this.#deliver(next);
        if (pause === "stop") return;
        if (pause) await this.#rest(pause);
      }
    } finally {
      this.#pumping = false;
    }
  }

  /** Send one letter; return how long to rest before the next attempt. */
  async #deliver(letter: Letter): Promise<number | "stop"> {
    if (!navigator.onLine) {
      this.#keep({ ...letter, state: "offline" });
      return PAUSES.at(-1) ?? 0;
    }
    const trying: Letter = { ...letter, attempts: letter.attempts + 1, tried: true };
    try {
      const thread = this.#thread ?? (await this.#newThread());
      if (letter.tried && (await this.#hasArrived(thread, letter.id))) return 0;
      this.#keep({ ...trying, state: letter.attempts === 0 ? "sending" : letter.state });
      await this.#start(thread, trying);
      return 0;
    } catch (error) {
      if (this.#over.signal.aborted) return "stop";
      return this.#onRefusal(trying, error);
    }
  }

  #onRefusal(letter: Letter, error: unknown): number | "stop" {
    const { status, retryAfter } = refusalIn(error);
    const next = nextAfter(status, retryAfter, letter.attempts);
    switch (next.do) {
      case "wait":
        this.#keep({ ...letter, state: next.state });
        if (next.state === "offline") this.#change({ type: "line", line: "lost" });
        return next.ms;
      case "sign_in":
        this.#keep({ ...letter, state: "failed" });
        this.#change({ type: "line", line: "sign_in" });
        return "stop";
      case "begin_anew":
        this.anew();
        this.#keep({ ...letter, state: "waiting", tried: false });
        return 0;
      case "give_up":
        this.#keep({ ...letter, state: "failed" });
        this.host.tell("error", { code: "not_sent" });
        return 0;
    }
  }

  /** Resolve once the server has the letter; its run is followed in the background. */
  #start(thread: string, letter: Letter): Promise<void> {
    return new Promise((resolve, reject) => {
      let accepted = false;
      const onAccepted = () => {
        if (accepted) return;
        accepted = true;
        this.#keep({ ...letter, state: "sent" });
        this.#change({ type: "line", line: "fine" });
        this.#change({ type: "ran", by: 1 });
        resolve();
      };
      const listener = {
        onAccepted,
        onPiece: (id: string, text: string) => this.#change({ type: "piece", id, text }),
        onCustom: (event: Parameters<Parameters<typeof send>[3]["onCustom"]>[0]) => {
          if (event.type === "status" && event.text) this.#change({ type: "noted", text: event.text });
          if (event.type === "owner") this.#change({ type: "owner", owner: event.owner });
          if (event.type === "handoff") this.host.tell("handoff", { id: event.id, queue: event.queue });
        },
      };
      send(this.#runs, thread, letter, listener, this.#over.signal)
        .then(onAccepted, (error: unknown) => {
          if (!accepted) reject(error instanceof Error ? error : new RunFailed());
          else if (error instanceof RunFailed) void this.#onFailedRun(letter);
          else if (error instanceof Silent) void this.#onSilence(letter);
        })
        .finally(() => {
          if (!accepted || this.#over.signal.aborted) return;
          this.#change({ type: "ran", by: -1 });
          this.#hear();
          void this.#look();
        });
    });
  }

  /** The run ended in an error: the letter counts as heard only if the conversation has it. */
  async #onFailedRun(letter: Letter): Promise<void> {
    const thread = this.#thread;
    const arrived = thread !== null && (await this.#hasArrived(thread, letter.id).catch(() => false));
    if (!arrived) this.#keep({ ...letter, state: "failed" });
    this.host.tell("error", { code: "run_failed" });
  }

  /** The run went silent: the letter goes out again, under its id, unless the conversation has it. */
  async #onSilence(letter: Letter): Promise<void> {
    const thread = this.#thread;
    if (thread !== null && (await this.#hasArrived(thread, letter.id).catch(() => false))) return;
    if (this.#over.signal.aborted) return;
    this.#keep({ ...letter, state: "waiting" });
    await this.#pump();
  }

  #newThread(): Promise<string> {
    this.#creating ??= this.api
      .call<{ thread_id: string }>("/threads", { method: "POST", body: {} })
      .then(({ thread_id }) => {
        this.#follow(thread_id);
        this.#kept?.change({ thread: thread_id });
        return thread_id;
      })
      .finally(() => (this.#creating = undefined));
    return this.#creating;
  }

  async #hasArrived(thread: string, id: string): Promise<boolean> {
    const state = await this.api.call<{ values?: Values }>(this.#path(thread));
    this.#read(state.values ?? {});
    return this.#standing.ids.has(id);
  }

  // What comes in.

  #follow(thread: string | null): void {
    if (thread === this.#thread) return;
    this.#unlisten?.();
    this.#unlisten = undefined;
    this.#thread = thread;
  }

  /** Listen, once something was said: before that the server knows of no such conversation. */
  #hear(): void {
    if (this.#over.signal.aborted || this.#unlisten || !this.#thread || this.#standing.ids.size === 0) return;
    this.#unlisten = listen(
      this.api,
      {
        onChange: () => void this.#look(),
        onState: (connected) => {
          if (connected) void this.#look();
          if (this.#standing.line === "fine" || this.#standing.line === "lost") {
            this.#change({ type: "line", line: connected ? "fine" : "lost" });
          }
        },
      },
      this.#thread,
    );
  }

  /** Read the conversation until it is not as it was. A newer look ends an older one. */
  async #look(pauses: readonly number[] = LOOK_AGAIN): Promise<void> {
    const turn = ++this.#looking;
    const before = this.#standing;
    for (const pause of pauses) {
      await new Promise((resolve) => setTimeout(resolve, pause));
      const thread = this.#thread;
      if (turn !== this.#looking || !thread || this.#over.signal.aborted) return;
      try {
        const state = await this.api.call<{ values?: Values }>(this.#path(thread));
        this.#read(state.values ?? {});
        this.#hear(); // the first look is the first to know that something was said
        await this.#readView();
      } catch (error) {
        if (isGone(error) && thread === this.#thread) this.anew();
      }
      if (this.#standing.ids.size > before.ids.size || stageOf(this.#standing) !== stageOf(before)) return;
    }
  }

  async #readView(): Promise<void> {
    const thread = this.#thread;
    if (!thread || this.#standing.ids.size === 0) return;
    try {
      const view = await this.api.call<View>(`/handrail/conversations/${encodeURIComponent(thread)}`);
      if (thread === this.#thread) this.#change({ type: "viewed", view });
    } catch (error) {
      if (!(error instanceof Unreachable || error instanceof Problem)) throw error;
    }
  }

  #read(values: Values): void {
    this.#change({ type: "read", values });
    this.#settle();
  }

  /** Letters that are in the conversation need not be kept. */
  #settle(): void {
    for (const { id } of this.#kept?.letters() ?? []) {
      if (this.#standing.ids.has(id)) this.#kept?.drop(id);
    }
  }

  // Keeping, and telling.

  #keep(letter: Letter): void {
    if (this.#standing.ids.has(letter.id)) return;
    this.#kept?.keep(letter);
    this.#change({ type: "letter", letter });
  }

  #change(change: Change): void {
    const before = this.#standing;
    const after = changed(before, change);
    if (after === before || this.#over.signal.aborted) return;
    this.#standing = after;
    this.#markSeen();
    this.#tell(before, after);
    for (const listener of this.#listeners) listener();
  }

  #markSeen(): void {
    const count = received(this.#standing);
    if (!this.#open || document.hidden || count === this.#standing.seen) return;
    this.#standing = changed(this.#standing, { type: "seen", count });
    this.#kept?.change({ seen: count });
    this.#tell(this.#standing, this.#standing);
  }

  #tell(before: Standing, after: Standing): void {
    const count = received(after);
    const isFirst = this.#told.received < 0 && after.line === "loading";
    if (after.said !== before.said && !isFirst) {
      for (const each of after.said.slice(before.said.length)) {
        if (each.author !== "customer") this.host.tell("message", { id: each.id, author: each.author, name: each.name });
      }
    }
    this.#told.received = count;
    const stage = after.view?.stage ?? "ai";
    if (stage !== this.#told.stage) {
      if (stage === "closed" && before.view !== null) this.host.tell("resolved", {});
      this.#told.stage = stage;
      this.#kept?.change({ expecting: stage === "waiting" || stage === "human" });
    }
    const unread = unreadIn(after);
    if (unread !== this.#told.unread) {
      this.#told.unread = unread;
      this.host.tell("unread", { count: unread });
    }
  }

  #onOnline(): void {
    this.#wake?.();
    if (this.#thread) void this.#look();
    void this.#pump();
  }

  /** Wait, or less where the browser is online again. */
  #rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#over.signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#over.signal.addEventListener("abort", done);
      this.#wake = done;
    });
  }

  #path(thread: string): string {
    return `/threads/${encodeURIComponent(thread)}/state`;
  }
}

class SignInFirst extends Error {}

function stageOf(standing: Standing): string {
  const { stage, person, rated } = standing.view ?? {};
  return JSON.stringify([stage, person, rated]);
}

function isGone(error: unknown): boolean {
  return error instanceof Problem && [403, 404, 410].includes(error.status);
}
