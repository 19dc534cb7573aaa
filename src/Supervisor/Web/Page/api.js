// The API, with the token in a header. The token lives in this tab's session storage: unlike a cookie it is bound to the port as well, and no browser
// ever sends it by itself (docs/dashboard.md).
const key = 'supervisor-token';
const patience = 8000;

export class Refused extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

export const token = {
  get: () => sessionStorage.getItem(key),
  set: (value) => sessionStorage.setItem(key, value),
  forget: () => sessionStorage.removeItem(key),
};

export async function get(path) {
  return (await ask(path, { signal: AbortSignal.timeout(patience) })).json();
}

// Answers when the thing is done: no limit of our own.
export async function post(path, body) {
  return (await ask(path, { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } })).json();
}

// Each object of a stream, until it ends or is aborted: a line of JSON (logs), or a "data:" line of one (events).
export async function* stream(path, signal) {
  const response = await ask(path, { signal });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + value).split('\n');
    rest = lines.pop();
    const objects = [];
    for (const line of lines) {
      const json = line.startsWith('data:') ? line.slice(5) : line;
      if (json.trimStart().startsWith('{')) objects.push(JSON.parse(json));
    }
    if (objects.length) yield objects;
  }
}

export const jobPath = (name) => `v1/jobs/${encodeURIComponent(name)}`;

async function ask(path, options) {
  const response = await fetch(path, {
    ...options,
    headers: { ...options.headers, Authorization: `Bearer ${token.get() ?? ''}` },
    cache: 'no-store',
    credentials: 'omit',
    redirect: 'error',
  });
  if (response.ok) return response;
  let detail = `the supervisor answers ${response.status}`;
  try {
    detail = (await response.json()).detail ?? detail;
  } catch {
    // Not a problem document: the status has to do.
  }
  throw new Refused(response.status, detail);
}
