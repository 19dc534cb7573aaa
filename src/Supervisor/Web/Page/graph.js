// The dependency graph as a picture: every box is a link to its job, so the keyboard goes through it from left to right.
import { get } from './api.js';
import { byId, element, setText, svg } from './dom.js';
import { kindOf, wordOf } from './jobs.js';
import { layout, size } from './layout.js';

let jobs = [];
let drawn = null;
const boxes = new Map();
const worst = ['failed', 'backoff', 'stopping', 'cleaning', 'starting', 'waiting', 'running', 'reloading', 'scheduled', 'stopped', 'completed', 'ready'];

export async function read() {
  jobs = (await get('v1/graph')).jobs;
}

// Jobs with a running instance that need this one, directly or through others.
export function dependents(name, status) {
  const up = new Set(status.jobs.filter((job) => job.pid !== null).map((job) => job.job));
  const found = new Set();
  const visit = (needed) => {
    for (const { job, depends_on: dependencies } of jobs) {
      if (!found.has(job) && dependencies.some((d) => d.job === needed)) {
        found.add(job);
        visit(job);
      }
    }
  };
  visit(name.split('@')[0]);
  return [...found].filter((job) => up.has(job));
}

export function show({ status }) {
  const shape = JSON.stringify(jobs.map(({ job, depends_on: d }) => [job, d.map((one) => [one.job, one.condition])]));
  if (shape !== drawn) {
    drawn = shape;
    drawAll();
  }
  for (const [name, box] of boxes) {
    const instances = status.jobs.filter((job) => job.job === name);
    if (instances.length === 0) continue;
    const state = worst.find((word) => instances.some((one) => one.state === word)) ?? 'stopped';
    const up = instances.filter((one) => one.state === state).length;
    const words = instances.length === 1 ? wordOf(state) : `${up} of ${instances.length} ${wordOf(state)}`;
    setText(box.state, words);
    box.node.setAttribute('class', `box ${kindOf(state)}`);
    box.node.setAttribute('href', `#/job/${encodeURIComponent(instances[0].name)}`);
    box.node.setAttribute('aria-label', `${name}, ${words}${box.words}`);
  }
}

function drawAll() {
  boxes.clear();
  const needed = new Set(jobs.flatMap((job) => job.depends_on.map((d) => d.job)));
  const linked = jobs.filter((job) => job.depends_on.length > 0 || needed.has(job.job));
  drawPicture(linked);
  const rest = jobs.filter((job) => !linked.includes(job)).map(({ job }) => {
    const state = element('span', { class: 'small' });
    const node = element('a', { class: 'box' }, element('i', { 'aria-hidden': 'true' }), element('b', {}, job), state);
    boxes.set(job, { node, state, words: ', depends on nothing' });
    return element('li', {}, node);
  });
  byId('graph-rest').hidden = rest.length === 0;
  byId('graph-rest').querySelector('ul').replaceChildren(...rest);
}

function drawPicture(linked) {
  if (linked.length === 0) {
    byId('graph').replaceChildren(element('p', { class: 'empty' }, 'No job depends on another.'));
    return;
  }
  const { nodes, edges, width, height } = layout(linked);
  const lines = edges.map((edge) => ({ ...edge, node: lineOf(edge) }));
  const order = nodes.toSorted((a, b) => a.x - b.x || a.y - b.y);
  const picture = svg('svg', { viewBox: `0 0 ${width} ${height}`, width, height, role: 'group', 'aria-label': 'Jobs and what they depend on' },
    svg('defs', {}, svg('marker', { id: 'arrow', viewBox: '0 0 8 8', refX: 5, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto' },
      svg('path', { d: 'M0 0L8 4L0 8Z', class: 'head' }))),
    ...lines.map((line) => line.node),
    ...order.map((node) => boxOf(node, linked.find((job) => job.job === node.job), lines)));
  byId('graph').replaceChildren(picture);
  const light = (name) => {
    const near = new Set([name, ...lines.filter((line) => line.from === name || line.to === name).flatMap((line) => [line.from, line.to])]);
    picture.classList.toggle('chosen', name !== null);
    for (const line of lines) line.node.classList.toggle('near', line.from === name || line.to === name);
    for (const { job } of nodes) boxes.get(job).node.parentNode.classList.toggle('near', near.has(job));
  };
  for (const { job } of nodes) {
    for (const event of ['mouseenter', 'focus']) boxes.get(job).node.addEventListener(event, () => light(job));
    for (const event of ['mouseleave', 'blur']) boxes.get(job).node.addEventListener(event, () => light(null));
  }
}

function lineOf({ from, to, condition, points }) {
  const [first, ...rest] = points;
  let [x, y] = first;
  let path = `M${x} ${y}`;
  for (const [nextX, nextY] of rest) {
    const middle = (x + nextX) / 2;
    path += `C${middle} ${y} ${middle} ${nextY} ${nextX} ${nextY}`;
    [x, y] = [nextX, nextY];
  }
  return svg('g', { class: 'edge', 'aria-hidden': 'true' },
    svg('path', { d: path, 'marker-end': 'url(#arrow)' }),
    svg('title', {}, `${to} needs ${from} (${condition})`));
}

function boxOf({ job, x, y }, { depends_on: dependencies, kind }, lines) {
  const needs = dependencies.map((d) => `${d.job} ${d.condition}`).join(', ');
  const neededBy = lines.filter((line) => line.from === job).map((line) => line.to).join(', ');
  const words = `${kind === 'oneshot' ? ', oneshot' : ''}${needs ? `, needs ${needs}` : ''}${neededBy ? `, needed by ${neededBy}` : ''}`;
  const state = svg('text', { x: 34, y: 38, class: 'word' });
  const node = svg('a', { class: 'box' },
    svg('rect', { width: size.width, height: size.height, rx: 10 }),
    svg('circle', { cx: 19, cy: 33.5, r: 5 }),
    svg('text', { x: 14, y: 21, class: 'name' }, job.length > 20 ? `${job.slice(0, 19)}…` : job), state,
    svg('title', {}, `${job}${words}`));
  boxes.set(job, { node, state, words });
  return svg('g', { transform: `translate(${x} ${y})`, class: 'place' }, node);
}
