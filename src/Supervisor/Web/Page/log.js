// Log lines that follow. A flood costs one drawing a frame, and old lines leave the page.
import { jobPath, stream } from './api.js';
import { byId, element, setText } from './dom.js';
import { clock, plain } from './text.js';

const most = 2000;
const box = byId('log');
const [find, kind, follow, wrap, newest, state] = ['log-find', 'log-stream', 'log-follow', 'log-wrap', 'log-newest', 'log-state'].map(byId);

let job = null;
let ending = null;
let waiting = [];
let atEnd = true;

export function open(name) {
  if (job === name) return;
  job = name;
  begin();
}

export function close() {
  job = null;
  ending?.abort();
  ending = null;
}

function begin() {
  ending?.abort();
  const mine = (ending = new AbortController());
  box.replaceChildren();
  waiting = [];
  atEnd = true;
  read(job, mine.signal).catch((failure) => {
    if (mine.signal.aborted) return;
    setText(state, failure.status ? failure.message : 'interrupted; trying again in 2 s');
    if (!failure.status) setTimeout(() => { if (ending === mine) begin(); }, 2000);
  });
}

async function read(name, signal) {
  const query = new URLSearchParams({ lines: '500', follow: follow.checked });
  if (kind.value) query.set('stream', kind.value);
  setText(state, 'No output yet');
  for await (const lines of stream(`${jobPath(name)}/logs?${query}`, signal)) {
    setText(state, '');
    if (waiting.length === 0) requestAnimationFrame(drawWaiting);
    waiting.push(...lines);
    if (waiting.length > most) waiting.splice(0, waiting.length - most);
  }
  setText(state, follow.checked ? 'the log has ended' : box.childElementCount || waiting.length ? '' : 'No output yet');
}

function drawWaiting() {
  const lines = waiting;
  waiting = [];
  box.append(...lines.flatMap((line) => (line.missed > 0 ? [gap(line.missed), lineOf(line)] : [lineOf(line)])));
  while (box.childElementCount > most) box.firstChild.remove();
  if (atEnd) box.scrollTop = box.scrollHeight;
  newest.hidden = atEnd;
}

function lineOf({ at, stream: from, text }) {
  const clean = plain(text);
  const node = element('div', { class: `line ${from}` },
    // A line of a file without timestamps has no time: the API gives it the beginning of the epoch.
    Date.parse(at) > 0 ? element('time', { datetime: at }, clock(at)) : null,
    // Not by colour alone: a reader of the page, and of a copied line, sees which stream it was.
    from === 'stderr' ? element('span', { class: 'from' }, 'err') : element('span', { class: 'from', 'aria-hidden': 'true' }),
    element('span', { class: 'text' }, clean));
  node.hidden = !fits(clean);
  return node;
}

const gap = (count) => element('div', { class: 'line gap' }, `${count} lines were left out: this page was too slow for them`);
const fits = (text) => text.toLowerCase().includes(find.value.toLowerCase());

box.addEventListener('scroll', () => {
  atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 40;
  if (atEnd) newest.hidden = true;
});
newest.addEventListener('click', () => {
  atEnd = true;
  newest.hidden = true;
  box.scrollTop = box.scrollHeight;
});
find.addEventListener('input', () => {
  for (const line of box.children) line.hidden = !fits(line.querySelector('.text')?.textContent ?? '');
  if (atEnd) box.scrollTop = box.scrollHeight;
});
wrap.addEventListener('change', () => box.classList.toggle('nowrap', !wrap.checked));
for (const control of [kind, follow]) control.addEventListener('change', begin);
