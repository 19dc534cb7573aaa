// The page of one job: facts, charts, log, history, specification.
import { buttons } from './actions.js';
import { get, jobPath } from './api.js';
import { byId, element, setText } from './dom.js';
import { badge, nextOf } from './jobs.js';
import * as log from './log.js';
import { chart, draw, last } from './spark.js';
import { bytes, clock, duration, percent, plain } from './text.js';

const tabs = ['log', 'why', 'spec'];
const charts = { cpu: chart(), memory: chart() };
byId('cpu-chart').append(charts.cpu);
byId('memory-chart').append(charts.memory);
let name = null;
let parts = null;
let tab = 'log';
let told = null;

export function open(job) {
  if (name === job) return;
  name = job;
  told = null;
  const state = badge();
  parts = { state, actions: buttons(job), facts: new Map() };
  byId('job-title').replaceChildren(element('span', {}, job), ' ', state.node);
  byId('job-actions').replaceChildren(...parts.actions.nodes);
  byId('job-facts').replaceChildren();
  byId('panel-why').replaceChildren();
  byId('panel-spec').replaceChildren();
  choose(tab);
}

export function close() {
  name = null;
  log.close();
}

export function show({ status, usage, passed }) {
  const job = status.jobs.find((one) => one.name === name);
  byId('job-gone').hidden = Boolean(job);
  byId('job-body').hidden = byId('job-actions').hidden = !job;
  if (!job) {
    setText(byId('job-gone'), `There is no job ${name}: it is not in the configuration (any more).`);
    return;
  }
  parts.state.set(job.state);
  parts.actions.update(job);
  const { words, status: text } = nextOf(job, passed);
  fact('Now', text);
  fact('Next', words);
  fact('Uptime', job.uptime_seconds === null ? '' : duration(job.uptime_seconds + passed));
  fact('Pid', job.pid === null ? '' : String(job.pid));
  fact('Attempt', String(job.attempt));
  fact('Restarts', String(job.restarts));
  fact('Last exit', job.last_exit ? `${plain(job.last_exit.text)}, ${clock(job.last_exit.ended)}` : '');
  fact('In this state since', clock(job.since));
  fact('Output', `${bytes(job.log.bytes)}, ${job.log.lines} ${job.log.lines === 1 ? 'line' : 'lines'}${job.log.dropped_bytes ? `; ${bytes(job.log.dropped_bytes)} dropped` : ''}`);
  fact('Log problem', plain(job.log.last_error ?? ''));
  const used = usage.of(name);
  draw(charts.cpu, used.cpu, 0.1);
  draw(charts.memory, used.memory, 1);
  setText(byId('cpu-now'), last(used.cpu) === null ? '–' : percent(last(used.cpu)));
  setText(byId('memory-now'), last(used.memory) === null ? '–' : bytes(last(used.memory)));
  readBoard();
  const now = `${job.state} ${job.attempt} ${job.last_exit?.ended}`;
  if (told !== now) {
    told = now;
    read();
  }
}

// What the job says of itself on its state board.
async function readBoard() {
  const mine = name;
  let board;
  try {
    [board] = (await get(`v1/boards?job=${encodeURIComponent(mine)}`)).boards;
  } catch {
    return; // the status is asked for just as often, and says what is wrong
  }
  if (mine !== name || !board) return;
  const { progress, heartbeat, heartbeat_age_seconds: age } = board;
  fact('It says', plain(board.status_text ?? ''));
  fact('Progress', !progress ? '' : progress.total ? `${percent(progress.done / progress.total)} (${progress.done} of ${progress.total})` : String(progress.done));
  fact('Heartbeats', heartbeat ? `${heartbeat}${age === null ? '' : `, the last ${duration(age)} ago`}` : '');
  for (const { name: label, kind, value } of board.counters) fact(`${plain(label)} (${kind})`, String(value));
}

function fact(label, value) {
  let row = parts.facts.get(label);
  if (!row) {
    row = element('div', {}, element('dt', {}, label), element('dd'));
    parts.facts.set(label, row);
    byId('job-facts').append(row);
  }
  row.hidden = value === '';
  setText(row.lastChild, value);
}

function choose(which, focus = false) {
  tab = which;
  for (const one of tabs) {
    const button = byId(`tab-${one}`);
    button.setAttribute('aria-selected', String(one === which));
    button.tabIndex = one === which ? 0 : -1;
    byId(`panel-${one}`).hidden = one !== which;
    if (focus && one === which) button.focus();
  }
  if (which === 'log' && name) log.open(name);
  else log.close();
  read();
}

async function read() {
  const [mine, which] = [name, tab];
  if (!mine || which === 'log') return;
  try {
    const answer = await get(which === 'why' ? `${jobPath(mine)}/why` : jobPath(mine));
    if (mine !== name) return;
    byId(`panel-${which}`).replaceChildren(...(which === 'why' ? historyOf(answer.jobs[0]) : specOf(answer.jobs[0])));
  } catch (failure) {
    if (mine === name) byId(`panel-${which}`).replaceChildren(element('p', { class: 'problem' }, failure.message));
  }
}

function historyOf({ restart, exits, story }) {
  const ends = exits.map((exit) => element('tr', {},
    element('td', { class: 'number' }, String(exit.attempt)), element('td', {}, clock(exit.ended)),
    element('td', { class: exit.success ? '' : 'fault' }, plain(exit.text)),
    element('td', {}, duration(exit.duration_seconds)), element('td', {}, exit.max_rss_bytes === null ? '–' : bytes(exit.max_rss_bytes))));
  const head = ['Attempt', 'Ended', 'How', 'Ran', 'Peak memory'].map((text) => element('th', { scope: 'col' }, text));
  return [
    element('p', {}, element('strong', {}, 'Restart: '), plain(restart)),
    element('h2', {}, 'Ends'),
    ends.length ? element('div', { class: 'scroll' }, element('table', { class: 'plain' }, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...ends)))
      : element('p', { class: 'muted' }, 'It has not ended yet.'),
    element('h2', {}, 'Decisions'),
    story.length ? element('ol', { class: 'story' }, ...story.toReversed().map((line) => element('li', { class: line.level },
      element('time', { datetime: line.at }, clock(line.at)), ' ', element('span', {}, plain(line.text))))) : element('p', { class: 'muted' }, 'None yet.'),
  ];
}

function specOf({ keys }) {
  return [element('dl', { class: 'keys' }, ...keys.map(({ key, value, position }) => element('div', {},
    element('dt', {}, key), element('dd', {}, plain(value), ' ', element('span', { class: 'muted small' }, position ?? 'default')))))];
}

for (const [i, one] of tabs.entries()) {
  byId(`tab-${one}`).addEventListener('click', () => choose(one));
  byId(`tab-${one}`).addEventListener('keydown', ({ key }) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
    if (step) choose(tabs[(i + step + tabs.length) % tabs.length], true);
  });
}
