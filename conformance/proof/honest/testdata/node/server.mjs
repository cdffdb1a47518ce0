// A server of the two-oh-two contract, with Node's standard library alone.
// The argument breaks it in one way; without one it is honest.
import { createServer } from "node:http";
import { randomUUID } from "node:crypto";

const fault = process.argv[2] ?? "";
const lasts = 400; // milliseconds
const jobs = new Map();

function send(response, status, fields, body) {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(text),
    "Cache-Control": "no-store",
    ...fields,
  });
  response.end(text); // Node leaves the body out where the method is HEAD
}

const notFound = (response) => send(response, 404, {}, { title: "Not Found" });

function start(request, response) {
  const job = { id: randomUUID(), began: Date.now(), told: 0, taken: 0, read: 0 };
  jobs.set(job.id, job);
  const origin = fault === "wrong-host" ? "http://127.0.0.1:9" : "";
  send(response, 202, { Location: `${origin}/monitor/${job.id}` }, { job: job.id });
}

function monitor(request, response, job) {
  const age = Date.now() - job.began;
  if (fault === "late" && job.read++ === 0) return notFound(response);
  if (age < lasts || (fault === "forgets" && job.told > 0)) {
    const fields = fault === "cacheable" ? { "Cache-Control": "max-age=60" } : {};
    return send(response, 200, fields, { state: "running" });
  }
  job.told++;
  send(response, 201, fault === "lost" ? {} : { Location: `/result/${job.id}` }, { state: "done" });
}

function result(request, response, job) {
  if (Date.now() - job.began < lasts) return notFound(response);
  if (fault === "once" && job.taken++ > 0) return send(response, 410, {}, { title: "Gone" });
  send(response, 200, {}, { job: job.id, answer: 42 });
}

const server = createServer((request, response) => {
  const [, resource, id, ...more] = request.url.split("/");
  const handler = { deferredjob: start, monitor, result }[resource];
  const methods = handler === start ? ["GET"] : ["GET", "HEAD"];
  if (!handler || more.length > 0 || (handler === start) !== (id === undefined)) return notFound(response);
  if (!methods.includes(request.method)) return send(response, 405, { Allow: methods.join(", ") }, {});
  if (handler === start) return start(request, response);
  return jobs.has(id) ? handler(request, response, jobs.get(id)) : notFound(response);
});

server.listen(0, "127.0.0.1", () => console.log(server.address().port));
