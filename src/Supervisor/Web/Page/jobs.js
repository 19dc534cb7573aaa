// The table of all jobs. Rows live as long as their job, and only what differs is changed.
import { buttons } from './actions.js';
import { byId, element, setText } from './dom.js';
import { chart, draw, last } from './spark.js';
import { bytes, capital, duration, lastExit, percent, plain } from './text.js';

const rows = new Map();
const chips = new Map();
let chosen = null;
let redraw = () => {};

export const kindOf = (state) => ({
  ready: 'ok', completed: 'ok', running: 'busy', starting: 'busy', reloading: 'busy', stopping: 'busy', cleaning: 'busy', waiting: 'wait',
  scheduled: 'wait', backoff: 'warn', failed: 'bad', stopped: 'off',
}[state] ?? 'off');

export const wordOf = (state) => (state === 'backoff' ? 'back-off' : state);

export function badge(state = 'stopped') {
  const word = element('span', {}, wordOf(state));
  const node = element('span', { class: `badge ${kindOf(state)}` }, element('i', { 'aria-hidden': 'true' }), word);
  return { node, set: (now) => { node.className = `badge ${kindOf(now)}`; setText(word, wordOf(now)); } };
}

export function nextOf(job, passed) {
  const { next } = job;
  const words = next ? `${next.action}${next.in_seconds === null ? '' : ` in ${duration(next.in_seconds - passed)}`}` : '';
  return { words: plain(words), status: plain(job.status_text ?? '') };
}

export function onFilter(handler) {
  redraw = handler;
}

byId('filter').addEventListener('input', () => redraw());

export function show(model) {
  const { status, usage, passed } = model;
  showStates(status.jobs);
  const text = byId('filter').value.trim().toLowerCase();
  let visible = 0;
  const seen = new Set();
  let before = null;
  for (const job of status.jobs) {
    seen.add(job.name);
    const row = rows.get(job.name) ?? newRow(job.name);
    update(row, job, usage.of(job.name), passed);
    const fits = (chosen === null || job.state === chosen) && (job.name.toLowerCase().includes(text) || wordOf(job.state).includes(text));
    row.node.hidden = !fits;
    visible += fits ? 1 : 0;
    const expected = before ? before.nextSibling : byId('rows').firstChild;
    if (expected !== row.node) byId('rows').insertBefore(row.node, expected);
    before = row.node;
  }
  for (const [name, row] of rows) {
    if (seen.has(name)) continue;
    row.node.remove();
    rows.delete(name);
  }
  byId('jobs').hidden = visible === 0;
  byId('no-jobs').hidden = visible > 0;
  setText(byId('no-jobs'), status.jobs.length === 0
    ? 'The configuration has no jobs yet. Add one to the file and apply it: supervisor apply'
    : 'No job fits this filter.');
}

function newRow(name) {
  const cell = (label, ...children) => element('td', { role: 'cell', 'data-label': label }, ...children);
  const state = badge();
  const parts = {
    uptime: element('span'), restarts: element('span'), exit: element('span'), next: element('span', { class: 'next' }),
    status: element('span', { class: 'muted small' }), cpuNow: element('span', { class: 'value' }), memoryNow: element('span', { class: 'value' }),
    cpu: chart(), memory: chart(),
  };
  const actions = buttons(name);
  const node = element('tr', { role: 'row', 'data-job': name },
    element('th', { role: 'rowheader', scope: 'row' }, element('a', { href: `#/job/${encodeURIComponent(name)}` }, name)),
    cell('State', state.node),
    cell('Uptime', parts.uptime), cell('Restarts', parts.restarts), cell('Last exit', parts.exit),
    cell('Next', parts.next, parts.status),
    cell('CPU', parts.cpu, parts.cpuNow), cell('Memory', parts.memory, parts.memoryNow),
    element('td', { role: 'cell', class: 'actions' }, ...actions.nodes));
  node.children[3].classList.add('number');
  node.children[6].classList.add('meter');
  node.children[7].classList.add('meter');
  const row = { node, state, actions, ...parts };
  rows.set(name, row);
  return row;
}

function update(row, job, used, passed) {
  row.state.set(job.state);
  setText(row.uptime, job.uptime_seconds === null ? '–' : duration(job.uptime_seconds + passed));
  setText(row.restarts, String(job.restarts));
  setText(row.exit, lastExit(job.last_exit) || '–');
  row.exit.className = job.last_exit && !job.last_exit.success ? 'fault' : '';
  row.exit.title = job.last_exit ? plain(job.last_exit.text) : '';
  const { words, status } = nextOf(job, passed);
  setText(row.next, words || (status ? '' : '–'));
  setText(row.status, status);
  const [cpu, memory] = [last(used.cpu), last(used.memory)];
  draw(row.cpu, used.cpu, 0.1);
  draw(row.memory, used.memory, 1);
  setText(row.cpuNow, cpu === null ? '–' : percent(cpu));
  setText(row.memoryNow, memory === null ? '–' : bytes(memory));
  row.actions.update(job);
}

function showStates(jobs) {
  const counts = new Map([[null, jobs.length]]);
  for (const { state } of jobs) counts.set(state, (counts.get(state) ?? 0) + 1);
  if (!counts.has(chosen)) counts.set(chosen, 0);
  for (const [state, count] of counts) {
    let chip = chips.get(state);
    if (!chip) {
      const number = element('b');
      const node = element('button', { type: 'button', class: `chip ${state ? kindOf(state) : ''}`, onclick: () => { chosen = chosen === state ? null : state; redraw(); } },
        state ? element('i', { 'aria-hidden': 'true' }) : null, `${state ? capital(wordOf(state)) : 'All'} `, number);
      chip = { node, number };
      chips.set(state, chip);
      byId('states').append(node);
    }
    setText(chip.number, String(count));
    chip.node.setAttribute('aria-pressed', String(chosen === state));
  }
  for (const [state, chip] of chips) {
    if (counts.has(state)) continue;
    chip.node.remove();
    chips.delete(state);
  }
}
