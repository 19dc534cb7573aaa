// Small line charts of what a job uses, from the counters that /v1/usage gives.
import { svg } from './dom.js';

const kept = 90;

export class Usage {
  #jobs = new Map();

  // CPU share between two answers; a new pid begins anew.
  add(answer) {
    const seen = new Set();
    for (const { name, pid, cpu_seconds: cpu, resident_bytes: memory } of answer.jobs) {
      seen.add(name);
      const job = this.#jobs.get(name) ?? { cpu: [], memory: [] };
      this.#jobs.set(name, job);
      if (job.pid === pid && answer.at > job.at) push(job.cpu, Math.max(0, (cpu - job.last) / (answer.at - job.at)));
      push(job.memory, memory);
      Object.assign(job, { pid, last: cpu, at: answer.at });
    }
    for (const [name, job] of this.#jobs) {
      if (seen.has(name) || job.pid === null) continue;
      // A gap, where nothing ran.
      push(job.cpu, null);
      push(job.memory, null);
      job.pid = null;
    }
  }

  of(name) {
    return this.#jobs.get(name) ?? { cpu: [], memory: [], pid: null };
  }
}

export const last = (values) => values.at(-1) ?? null;

// Draws into an <svg>; `least` is the smallest full scale, so that noise near zero stays near zero.
export function draw(chart, values, least) {
  const [width, height] = [100, 28];
  const top = Math.max(least, ...values.map((v) => v ?? 0)) * 1.1;
  const runs = [];
  let run = null;
  values.forEach((value, i) => {
    if (value === null) {
      run = null;
      return;
    }
    if (!run) runs.push((run = []));
    run.push([((i + kept - values.length) / (kept - 1)) * width, height - 1 - (value / top) * (height - 2)]);
  });
  const line = runs.map((points) => `M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}${points.length === 1 ? 'h.01' : ''}`).join('');
  const area = runs.filter((points) => points.length > 1)
    .map((points) => `M${points[0][0].toFixed(1)} ${height}L${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}L${points.at(-1)[0].toFixed(1)} ${height}Z`).join('');
  chart.classList.toggle('none', runs.length === 0);
  chart.children[0].setAttribute('d', area);
  chart.children[1].setAttribute('d', line);
}

export function chart() {
  return svg('svg', { class: 'spark', viewBox: '0 0 100 28', preserveAspectRatio: 'none', 'aria-hidden': 'true', focusable: 'false' },
    svg('path', { class: 'area' }), svg('path', { class: 'line' }));
}

function push(values, value) {
  values.push(value);
  if (values.length > kept) values.shift();
}
