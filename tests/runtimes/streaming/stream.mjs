// Streams its answer as its event says. A call by URL names what to do in its path.
import { setTimeout } from "node:timers/promises";

export const handler = awslambda.streamifyResponse(async (event, stream, context) => {
  const what = event.do ?? event.rawPath.slice(1);
  if (what === "fail") throw new RangeError("failed as told");
  if (what === "http") {
    stream = awslambda.HttpResponseStream.from(stream, { statusCode: 418, headers: { "Content-Type": "text/html", "X-Mine": "1" }, cookies: ["a=1", "b=2"] });
  } else {
    stream.setContentType("text/plain");
  }
  const count = event.count ?? 3;
  for (let i = 0; i < count; i++) {
    stream.write(event.bytes ? Buffer.alloc(event.bytes, "x") : `piece ${i}\n`);
    await setTimeout(event.pause ?? 300);
  }
  if (what === "fail-late") throw new RangeError("failed as told");
  if (what === "exit") process.exit(3);
  stream.end();
});
