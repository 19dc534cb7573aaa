// The dashboard: who may see it, which view is shown, and when it asks the supervisor.
import * as actions from './actions.js';
import { Refused, get, token } from './api.js';
import { byId, setText } from './dom.js';
import * as events from './events.js';
import * as graph from './graph.js';
import * as job from './job.js';
import * as jobs from './jobs.js';
import { Usage } from './spark.js';
import { duration } from './text.js';

const calm = 2000;
const slowest = 30000;
const model = { status: null, usage: new Usage(), at: 0, get passed() { return (performance.now() - this.at) / 1000; } };
let view = null;
let timer = null;
let asking = false;
let failures = 0;
let retryAt = 0;
let names = null;
let following = null;

function draw() {
  if (!model.status) return;
  const { supervisor } = model.status;
  setText(byId('about'), `${supervisor.state}, up ${duration(supervisor.uptime_seconds + model.passed)}, version ${supervisor.version}`);
  if (view === 'jobs') jobs.show(model);
  else if (view === 'job') job.show(model);
  else if (view === 'graph') graph.show(model);
}

async function refresh() {
  clearTimeout(timer);
  if (asking || document.hidden || !token.get()) return;
  asking = true;
  try {
    const [status, usage] = await Promise.all([get('v1/status'), get('v1/usage')]);
    Object.assign(model, { status, at: performance.now() });
    model.usage.add(usage);
    const now = status.jobs.map((one) => one.name).join();
    if (now !== names) {
      await graph.read();
      names = now;
    }
    online();
    draw();
    timer = setTimeout(refresh, calm);
  } catch (failure) {
    if (failure instanceof Refused && failure.status === 401) signOut('This token is not accepted (any more).');
    else offline(failure);
  } finally {
    asking = false;
  }
}

function online() {
  if (failures > 0) setText(byId('announce'), 'The supervisor answers again.');
  failures = 0;
  byId('offline').hidden = true;
  document.body.classList.remove('stale');
  if (!following) followEvents();
}

function offline(failure) {
  failures++;
  const wait = Math.min(slowest, calm * 2 ** (failures - 1));
  retryAt = performance.now() + wait;
  byId('offline').hidden = false;
  document.body.classList.add('stale');
  setText(byId('offline-what'), failure instanceof Refused ? `The supervisor refuses: ${failure.message}` : 'The supervisor does not answer.');
  countDown();
  timer = setTimeout(refresh, wait);
}

function countDown() {
  if (byId('offline').hidden) return;
  setText(byId('offline-when'), `Trying again in ${Math.max(0, Math.ceil((retryAt - performance.now()) / 1000))} s.`);
}

async function followEvents() {
  following = new AbortController();
  const mine = following;
  try {
    await events.follow(mine.signal, refresh);
  } catch {
    // Broken, or ended with this session: whoever asks next tells why, and begins anew.
  }
  if (following === mine) following = null;
}

function route() {
  const [, which, name] = location.hash.match(/^#\/(\w*)(?:\/(.*))?$/) ?? [null, '', null];
  view = !token.get() ? 'login' : which === 'job' && name ? 'job' : which === 'graph' || which === 'events' ? which : 'jobs';
  for (const section of document.querySelectorAll('main > section')) section.hidden = section.id !== `view-${view}`;
  byId('top').hidden = view === 'login';
  for (const link of document.querySelectorAll('nav a')) {
    const here = link.getAttribute('href') === (view === 'jobs' || view === 'job' ? '#/' : `#/${view}`);
    if (here) link.setAttribute('aria-current', view === 'job' ? 'true' : 'page');
    else link.removeAttribute('aria-current');
  }
  const jobName = view === 'job' ? decodeURIComponent(name) : null;
  if (jobName) job.open(jobName);
  else job.close();
  document.title = jobName ? `${jobName} · Supervisor` : view === 'jobs' || view === 'login' ? 'Supervisor' : `${view === 'graph' ? 'Dependencies' : 'Events'} · Supervisor`;
  draw();
}

function signOut(problem = '') {
  token.forget();
  clearTimeout(timer);
  following?.abort();
  following = null;
  Object.assign(model, { status: null, usage: new Usage() });
  names = null;
  byId('offline').hidden = true;
  document.body.classList.remove('stale');
  route();
  setText(byId('login-problem'), problem);
  byId('token').value = '';
  byId('token').focus();
}

byId('login').addEventListener('submit', async (event) => {
  event.preventDefault();
  const field = byId('token');
  token.set(field.value.trim());
  setText(byId('login-problem'), '');
  try {
    await get('v1/version');
  } catch (failure) {
    token.forget();
    setText(byId('login-problem'), failure instanceof Refused && failure.status === 401 ? 'This is not the token.'
      : failure instanceof Refused ? failure.message : 'The supervisor does not answer. Try again.');
    field.focus();
    field.select();
    return;
  }
  field.value = '';
  route();
  byId('content').focus();
  refresh();
});

byId('sign-out').addEventListener('click', () => signOut());
byId('skip').addEventListener('click', () => byId('content').focus());
byId('retry').addEventListener('click', () => refresh());
addEventListener('hashchange', () => {
  route();
  byId('content').focus({ preventScroll: true });
  scrollTo(0, 0);
});
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) refresh();
});
setInterval(() => {
  if (document.hidden) return;
  countDown();
  draw();
}, 1000);
actions.use({ dependents: (name) => (model.status ? graph.dependents(name, model.status) : []), changed: () => { draw(); refresh(); } });
jobs.onFilter(draw);
route();
if (token.get()) refresh();
else byId('token').focus();
