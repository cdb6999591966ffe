// A streamed turn over POST /chatbot/stream, for signed-in pages.

import { Problem, send } from "../blocks/api.js";
import { readEvents } from "../blocks/events.js";

// Yields {type, data} of start, token, citations and done; throws when the stream says `error` or ends too early.
export async function* streamTurn(request) {
  const response = await send("POST", "/chatbot/stream", request);
  for await (const event of readEvents(response.body)) {
    if (event.type === "error") throw new Problem(event.data.status ?? 500, event.data);
    yield event;
    if (event.type === "done") return;
  }
  throw new TypeError("the stream ended before its answer");
}
