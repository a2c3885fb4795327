/** <handrail-widget>: the button, and the window that the conversation is put into when it is first opened. */
import type { TokenSource } from "../lib/session";
import type { Conversation, ConversationModule, EventName, Host, Settings, Words } from "./contract";
import { Kept } from "./kept";
import css from "./launcher.css?inline";
import { keepOpen } from "./left-open";
import type { Look } from "./script";
import { brandOf, sheetOf, tokensFor } from "./sheets";

const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  chat: "M5 4.75h14A2.25 2.25 0 0 1 21.25 7v8A2.25 2.25 0 0 1 19 17.25h-6.2L8 21v-3.75H5A2.25 2.25 0 0 1 2.75 15V7A2.25 2.25 0 0 1 5 4.75Z",
  down: "m6 9.5 6 6 6-6",
};

export class HandrailWidget extends HTMLElement {
  readonly #root = this.attachShadow({ mode: "open" });
  readonly #button = document.createElement("button");
  readonly #count = document.createElement("span");
  readonly #window = document.createElement("div");
  #settings: Settings | undefined;
  #words: Record<string, string> = { launcher: "Chat", close: "Close the chat", unread: "{count}" };
  #loading: Promise<Conversation | null> | undefined;
  #source: TokenSource | null = null;
  #unread = 0;
  #open = false;

  /** Build what is in the element; called once, before it stands in the page. */
  begin(settings: Settings, look: Look): void {
    this.#settings = settings;
    this.#root.adoptedStyleSheets = [tokensFor(look.theme), brandOf(look), sheetOf(css)];
    this.#button.type = "button";
    this.#button.className = "launcher";
    this.#button.append(icon("chat"), icon("down"), this.#count);
    this.#count.className = "count";
    this.#count.ariaHidden = "true";
    this.#button.addEventListener("click", () => this.toggle());
    this.#window.className = "window";
    this.#window.hidden = true;
    this.#window.id = "window";
    this.#root.append(this.#window, this.#button);
    this.dataset.position = look.position;
    this.#name();
    void this.#readWords();
  }

  get isOpen(): boolean {
    return this.#open;
  }

  toggle(): void {
    if (this.#open) this.close();
    else this.open();
  }

  /** Open the window. The focus goes there where a person opened it, and nowhere by itself. */
  open(how: "by a person" | "by itself" = "by a person"): void {
    if (this.#open) return;
    this.#open = true;
    keepOpen(this.#settings?.server ?? "", true);
    this.#window.hidden = false;
    this.#name();
    this.tell("open", {});
    void this.load().then((conversation) => {
      if (conversation) conversation.shown(this.#open, how === "by a person");
      else this.close();
    });
  }

  close(): void {
    if (!this.#open) return;
    const hadFocus = this.#root.activeElement !== null;
    this.#open = false;
    keepOpen(this.#settings?.server ?? "", false);
    this.#window.hidden = true;
    this.#name();
    if (hadFocus) this.#button.focus();
    void this.#loading?.then((conversation) => conversation?.shown(false, false));
    this.tell("close", {});
  }

  identify(source: TokenSource | null): void {
    this.#source = source;
    void this.#loading?.then((conversation) => conversation?.identify(source));
  }

  signOut(): void {
    this.#source = null;
    if (this.#loading) void this.#loading.then((conversation) => conversation?.signOut());
    else if (this.#settings) Kept.forgetCustomers(this.#settings.server);
  }

  tell(event: EventName, detail: Record<string, unknown>): void {
    if (event === "unread") {
      this.#unread = Number(detail.count);
      this.#name();
    }
    this.dispatchEvent(new CustomEvent(`handrail:${event}`, { detail, bubbles: true, composed: true }));
  }

  /** Import the conversation, once; again where the server could not be reached. */
  load(): Promise<Conversation | null> {
    const settings = this.#settings;
    if (!settings) return Promise.resolve(null);
    const host: Host = { close: () => this.close(), tell: (event, detail) => this.tell(event, detail) };
    const path = `${settings.server}/handrail/ui/assets/conversation.js`;
    if (!this.#loading) this.#window.ariaBusy = "true";
    this.#loading ??= (import(/* @vite-ignore */ path) as Promise<ConversationModule>).then(
      (module) => {
        this.#window.ariaBusy = "false";
        return module.mount(this.#root, this.#window, settings, host, this.#source);
      },
      () => {
        this.#loading = undefined;
        this.#window.ariaBusy = "false";
        this.tell("error", { code: "not_loaded" });
        return null;
      },
    );
    return this.#loading;
  }

  #name(): void {
    const { launcher = "", close = "", unread = "" } = this.#words;
    const more = this.#unread > 0 && !this.#open ? `, ${unread.replace("{count}", String(this.#unread))}` : "";
    this.#button.ariaLabel = this.#open ? close : launcher + more;
    this.#button.ariaExpanded = String(this.#open);
    this.#count.textContent = this.#unread > 9 ? "9+" : String(this.#unread);
    this.#count.hidden = this.#unread === 0 || this.#open;
    this.toggleAttribute("data-open", this.#open);
  }

  async #readWords(): Promise<void> {
    const { server, language } = this.#settings ?? { server: "", language: "en" };
    const answer = await fetch(`${server}/handrail/widget/words?language=${encodeURIComponent(language.slice(0, 35))}`).catch(() => null);
    if (!answer?.ok) return;
    const { words } = (await answer.json()) as Words;
    this.#words = { ...this.#words, ...words };
    this.#name();
  }
}

function icon(name: keyof typeof ICONS): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", name);
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}
