// Begins a job at a URL, as clients that others wrote do, and waits for its end with them. It prints what the job came to, or ends with 1 and
// says why it failed: node poll.mjs METHOD URL DIALECT
const period = 250; // milliseconds between two reads

// azure is the poller below Azure's clients, which leaves the requests to them: so to fetch.
async function azure(method, url) {
  const { createHttpPoller } = await import("@azure/core-lro");
  const send = async (method, url) => {
    const answer = await fetch(url, { method });
    const text = await answer.text();
    const body = text === "" ? undefined : JSON.parse(text);
    return { flatResponse: body, rawResponse: { statusCode: answer.status, request: { method, url }, headers: Object.fromEntries(answer.headers), body } };
  };
  return createHttpPoller({ sendInitialRequest: () => send(method, url), sendPollRequest: (path) => send("GET", path) }, { intervalInMs: period });
}

// medplum is a client of FHIR servers.
async function medplum(method, url) {
  const { MedplumClient } = await import("@medplum/core");
  const client = new MedplumClient({ baseUrl: new URL("/", url).href, fetch });
  return client.startAsyncRequest(url, { pollStatusOnAccepted: true, pollStatusPeriod: period });
}

const [method, url, dialect] = process.argv.slice(2);
const client = dialect.startsWith("fhir-") ? medplum : azure;
try {
  console.log(JSON.stringify(await client(method, url)));
} catch (error) {
  console.log(error.outcome ? JSON.stringify(error.outcome) : error.message);
  process.exit(1);
}
