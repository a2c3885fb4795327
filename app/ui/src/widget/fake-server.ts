/** A server in memory, for tests: it takes each message once, answers it, and can fail as servers do. */

type Failure = "carried out, and no answer" | "taken, and silent" | "unreachable" | "busy";
interface Message { id: string; type: string; content: string; name?: string; additional_kwargs?: unknown }

export class FakeServer {
  readonly runs: { id: string; text: string }[] = [];
  visitors = 0;
  refuse: (token: string) => boolean = () => false;
  #threads = new Map<string, Message[]>();
  #failures: Failure[] = [];
  #held: Promise<void> = Promise.resolve();
  #release: () => void = () => undefined;
  #listening: ReadableStreamDefaultController<Uint8Array>[] = [];
  #count = 0;

  readonly fetch = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    await Promise.resolve();
    const url = input instanceof Request ? input.url : String(input);
    const method = init.method ?? "GET";
    const token = new Headers(init.headers).get("Authorization")?.replace("Bearer ", "") ?? "";
    if (init.signal?.aborted) throw new DOMException("aborted", "AbortError");
    if (token && this.refuse(token)) return json({ type: "x:unauthorized", detail: "no" }, 401);
    return this.#answer(method, new URL(url).pathname, init);
  };

  /** Fail the next runs in this way, instead of what was planned before. */
  next(failure: Failure, times = 1): void {
    this.#failures = Array.from({ length: times }, () => failure);
  }

  holdAnswers(): void {
    this.#held = new Promise((resolve) => (this.#release = resolve));
  }

  get listeners(): number {
    return this.#listening.length;
  }

  release(): void {
    this.#release();
  }

  forgetThreads(): void {
    this.#threads.clear();
  }

  /** Somebody writes into the only thread, and those who listen are told. */
  say(message: Message): void {
    for (const messages of this.#threads.values()) messages.push(message);
    for (const listening of this.#listening) listening.enqueue(encoded('data: {"thread_id": "t", "action": "reply", "actor": "ines"}\n\n'));
  }

  #answer(method: string, path: string, init: RequestInit): Response {
    if (path === "/handrail/visitors") {
      this.visitors += 1;
      return json({ token: "hvt_x", expires_at: "2099-01-01T00:00:00Z", visitor_id: "visitor:x" });
    }
    if (path === "/handrail/me") return json({ id: "cus_ana" });
    if (path === "/handrail/live") return this.#stream((controller) => void this.#listening.push(controller));
    if (path === "/threads/search") return json([]);
    if (path === "/threads" && method === "POST") {
      this.#count += 1;
      this.#threads.set(`t${this.#count}`, []);
      return json({ thread_id: `t${this.#count}` });
    }
    const [, kind, thread = "", part] = path.split("/");
    if (kind === "handrail") return json({ type: "x:unknown_conversation", detail: "none" }, 404);
    const messages = this.#threads.get(thread);
    if (!messages) return json({ detail: "gone" }, 404);
    if (part === "state") return json({ values: { messages: [...messages] } });
    return this.#run(messages, JSON.parse(init.body as string) as { input: { messages: Message[] } });
  }

  #run(messages: Message[], body: { input: { messages: Message[] } }): Response {
    const failure = this.#failures.shift();
    if (failure === "unreachable") throw new TypeError("Failed to fetch");
    if (failure === "busy") return json({ detail: "busy" }, 503, { "Retry-After": "1" });
    const [message] = body.input.messages;
    if (!message) return json({ detail: "nothing" }, 422);
    this.runs.push({ id: message.id, text: message.content });
    const carryOut = () => {
      if (!messages.some(({ id }) => id === message.id)) {
        messages.push(message, { id: `re-${message.id}`, type: "ai", content: `Answer to ${message.content}` });
      }
    };
    if (failure === "taken, and silent") {
      return this.#stream((controller) => controller.enqueue(encoded("event: metadata\ndata: {}\n\n")));
    }
    if (failure) {
      carryOut();
      throw new TypeError("Failed to fetch");
    }
    const held = this.#held;
    return this.#stream((controller) => {
      controller.enqueue(encoded("event: metadata\ndata: {}\n\n"));
      void held.then(() => {
        carryOut();
        controller.enqueue(encoded(pieceOf(message)));
        controller.close();
      });
    });
  }

  #stream(start: (controller: ReadableStreamDefaultController<Uint8Array>) => void): Response {
    return new Response(new ReadableStream({ start }), { headers: { "Content-Type": "text/event-stream" } });
  }
}

function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json", ...headers } });
}

function pieceOf(message: Message): string {
  const piece = [{ id: `re-${message.id}`, type: "AIMessageChunk", content: `Answer to ${message.content}` }, {}];
  return `event: messages\ndata: ${JSON.stringify(piece)}\n\n`;
}

function encoded(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
