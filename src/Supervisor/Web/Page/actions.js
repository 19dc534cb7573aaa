// Start, stop, restart: each after a question that says what it will do.
import { post } from './api.js';
import { byId, element, setText } from './dom.js';
import { capital, plain } from './text.js';

const dialog = byId('confirm');
const busy = new Set();
let context = { dependents: () => [], changed: () => {} };
let answered = null;

export function use(what) {
  context = what;
}

export const isUp = (job) => job.goal === 'up' && !['completed', 'failed', 'stopped'].includes(job.state);

// The buttons of one job; the same ones as long as the job is shown, so that focus stays where it is.
export function buttons(name) {
  const make = (verb) => element('button', { type: 'button', 'aria-label': `${capital(verb)} ${name}`, onclick: () => act(verb, name) }, capital(verb));
  const all = { start: make('start'), restart: make('restart'), stop: make('stop') };
  return { nodes: Object.values(all), update: (job) => update(all, job) };
}

function update(all, job) {
  const up = isUp(job);
  all.start.hidden = up;
  all.restart.hidden = all.stop.hidden = !up;
  for (const button of Object.values(all)) button.disabled = busy.has(job.name);
}

async function act(verb, name) {
  const opener = document.activeElement;
  const dependents = context.dependents(name);
  const withDependents = await confirm(verb, name, dependents);
  if (opener?.isConnected) opener.focus();
  if (withDependents === null) return;
  busy.add(name);
  context.changed();
  try {
    const body = { jobs: [name] };
    if (verb === 'stop') body.with_dependents = withDependents;
    const answer = await post(`v1/${verb}`, body);
    const own = answer.jobs.find((job) => job.name === name) ?? answer.jobs[0];
    const words = answer.message ?? (own ? `${own.message}${own.next ? `; ${own.next}` : ''}` : 'done');
    toast(`${name}: ${words}`, answer.outcome === 'failed');
  } catch (failure) {
    toast(`${capital(verb)} ${name}: ${failure.message}`, true);
  } finally {
    busy.delete(name);
    context.changed();
  }
}

function confirm(verb, name, dependents) {
  setText(byId('confirm-title'), `${capital(verb)} ${name}?`);
  const needed = dependents.length ? ` ${dependents.join(', ')} ${dependents.length === 1 ? 'depends' : 'depend'} on it.` : '';
  setText(byId('confirm-text'), {
    start: 'What it depends on is started first.',
    stop: `It stays stopped until somebody starts it.${needed}`,
    restart: `Its process is ended and started again.${needed}`,
  }[verb]);
  const more = byId('confirm-more');
  more.hidden = verb !== 'stop' || dependents.length === 0;
  setText(more.querySelector('span'), `Stop ${dependents.join(', ')} too`);
  byId('confirm-dependents').checked = false;
  setText(byId('confirm-yes'), capital(verb));
  byId('confirm-yes').className = verb === 'stop' ? 'danger' : 'primary';
  dialog.showModal();
  byId('confirm-no').focus();
  return new Promise((resolve) => {
    answered = resolve;
  });
}

function answer(value) {
  const resolve = answered;
  answered = null;
  if (dialog.open) dialog.close();
  resolve?.(value);
}

byId('confirm-yes').addEventListener('click', () => answer(byId('confirm-dependents').checked));
byId('confirm-no').addEventListener('click', () => answer(null));
dialog.addEventListener('close', () => answer(null));
dialog.addEventListener('click', (event) => {
  if (event.target === dialog) answer(null);
});

export function toast(text, isProblem = false) {
  const close = element('button', { type: 'button', class: 'quiet', 'aria-label': 'Dismiss', onclick: () => note.remove() }, '✕');
  const note = element('div', { class: isProblem ? 'toast bad' : 'toast' }, element('p', {}, plain(text)), close);
  byId('toasts').append(note);
  // What went wrong stays until somebody has seen it.
  if (!isProblem) setTimeout(() => note.remove(), 6000);
  while (byId('toasts').children.length > 4) byId('toasts').firstChild.remove();
}
