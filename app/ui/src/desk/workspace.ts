/** All that one agent works with: the queue, the conversation that is open, what is on its way. */
import { Problem } from "../lib/api";
import { listen } from "../lib/live";
import type { Act } from "./act";
import { ConversationStore } from "./conversation_store";
import { Drafts } from "./drafts";
import { Outbox } from "./outbox";
import { QueueStore } from "./queue_store";
import type { Routes } from "./routes";
import type { Me, Offered, Standing } from "./shapes";
import { Store } from "../lib/store";

export class Workspace {
  readonly queue: QueueStore;
  readonly outbox: Outbox;
  readonly drafts: Drafts;
  readonly connected = new Store(true);
  readonly offered = new Store<Offered | null>(null);
  /** The links to the surveys of what was resolved here, by handoff. */
  readonly surveys = new Store<ReadonlyMap<string, string>>(new Map());
  readonly open = new Store<ConversationStore | null>(null);

  constructor(
    readonly routes: Routes,
    readonly me: Me,
    private readonly onSignedOut: () => void,
  ) {
    this.queue = new QueueStore(routes, onSignedOut);
    this.drafts = new Drafts(localStorage, me.id);
    this.outbox = new Outbox(me.id, {
      send: (act) => this.#send(act),
      onDone: async (act, standing) => {
        this.#stood(standing);
        const open = this.open.get();
        if (open?.id === act.handoff) await open.refresh();
      },
      onRefused: (act) => {
        this.queue.refreshSoon();
        const open = this.open.get();
        if (open?.id === act.handoff) void open.refresh();
      },
    });
  }

  async #send(act: Act): Promise<Standing> {
    try {
      const done = await this.routes.act(act);
      if (done.survey_url) this.surveys.set(new Map(this.surveys.get()).set(act.handoff, done.survey_url));
      return done.handoff;
    } catch (error) {
      if (error instanceof Problem && error.status === 401) this.onSignedOut();
      throw error;
    }
  }

  /** Begin to work; the returned function ends it. */
  start(): () => void {
    this.drafts.prune();
    const followAddress = () => this.#choose(decodeURIComponent(location.hash.slice(1)) || null);
    const quiet = listen(this.routes.api, {
      onChange: ({ thread_id }) => {
        this.queue.refreshSoon();
        const open = this.open.get();
        if (open?.threadId === thread_id) void open.follow();
      },
      onState: (connected) => {
        this.connected.set(connected);
        if (connected) this.#lookAnew();
      },
    });
    const rest = this.outbox.start();
    window.addEventListener("hashchange", followAddress);
    followAddress();
    this.#lookAnew();
    return () => {
      quiet();
      rest();
      window.removeEventListener("hashchange", followAddress);
      this.#choose(null);
    };
  }

  #lookAnew(): void {
    void this.queue.refresh();
    void this.open.get()?.refresh();
    if (!this.offered.get()) this.routes.offered().then((offered) => this.offered.set(offered), () => undefined);
  }

  #choose(id: string | null): void {
    if (this.open.get()?.id === id) return;
    this.open.get()?.close();
    const next = id === null ? null : new ConversationStore(this.routes, id, this.onSignedOut);
    this.open.set(next);
    void next?.refresh();
  }

  #stood(standing: Standing): void {
    this.queue.stood(standing);
    this.queue.refreshSoon();
    const open = this.open.get();
    if (open?.id === standing.id) open.stood(standing);
  }
}
