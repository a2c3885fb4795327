// Talk to Handrail on a LangGraph server, with the token of the customer who is signed in.
// node chat.mjs URL TOKEN "text" [thread]; it prints one line of JSON: {"thread", "said", "owner"}.
import { randomUUID } from "node:crypto";

import { Client } from "@langchain/langgraph-sdk";

const [url, token, text, known] = process.argv.slice(2);
const client = new Client({ apiUrl: url, apiKey: null, defaultHeaders: { Authorization: `Bearer ${token}` } });
const thread = known ?? (await client.threads.create()).thread_id;
const message = { type: "human", content: text, id: randomUUID() }; // sent again, it is one message

let state;
for await (const part of client.runs.stream(thread, "support", {
  input: { messages: [message] },
  streamMode: ["values", "custom"],
  multitaskStrategy: "enqueue",
  onDisconnect: "continue",
})) {
  if (part.event === "values") state = part.data;
  if (part.event === "custom") console.error("event:", JSON.stringify(part.data));
  if (part.event === "error") throw new Error(JSON.stringify(part.data));
}
const place = state.messages.findIndex((each) => each.id === message.id);
const said = state.messages
  .slice(place + 1)
  .filter((each) => each.type === "ai" && each.content)
  .map((each) => each.content);
console.log(JSON.stringify({ thread, said, owner: state.owner }));
