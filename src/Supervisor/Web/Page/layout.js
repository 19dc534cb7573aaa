// Places the jobs of a dependency graph in layers from left to right: what is needed stands left of what needs it. Pure: no page, no clock.
export const size = { width: 176, height: 54, gapX: 84, gapY: 22, bend: 14, margin: 20 };

// jobs: [{job, depends_on: [{job, condition}]}] -> {nodes: [{job, x, y}], edges: [{from, to, condition, points}], width, height}
export function layout(jobs) {
  const layers = inLayers(jobs);
  const { columns, edges } = withBends(jobs, layers);
  order(columns);
  place(columns);
  const nodes = columns.flat().filter((node) => node.job);
  return {
    nodes: nodes.map(({ job, x, y }) => ({ job, x, y })),
    edges: edges.map(({ chain, condition }) => ({ from: chain[0].job, to: chain.at(-1).job, condition, points: pointsOf(chain) })),
    width: columns.length * (size.width + size.gapX) - size.gapX + 2 * size.margin,
    height: Math.max(0, ...columns.flat().map((node) => node.y + node.height)) + size.margin,
  };
}

// The layer of a job is the length of the longest way to it.
function inLayers(jobs) {
  const byName = new Map(jobs.map((job) => [job.job, job]));
  const layers = new Map();
  const layerOf = (job) => {
    if (!layers.has(job.job)) {
      layers.set(job.job, 0);
      layers.set(job.job, Math.max(0, ...job.depends_on.filter((d) => byName.has(d.job)).map((d) => layerOf(byName.get(d.job)) + 1)));
    }
    return layers.get(job.job);
  };
  jobs.forEach(layerOf);
  return layers;
}

// An edge over several layers gets a bend in each, so that it passes between the boxes and not below them.
function withBends(jobs, layers) {
  const columns = Array.from({ length: Math.max(0, ...layers.values()) + 1 }, () => []);
  const nodes = new Map();
  for (const { job } of jobs) {
    const node = { job, layer: layers.get(job), height: size.height, left: [], right: [] };
    nodes.set(job, node);
    columns[node.layer].push(node);
  }
  const edges = [];
  for (const { job, depends_on: dependencies } of jobs) {
    for (const { job: needed, condition } of dependencies) {
      if (!nodes.has(needed)) continue;
      const chain = [nodes.get(needed)];
      for (let layer = chain[0].layer + 1; layer < nodes.get(job).layer; layer++) {
        const bend = { job: null, layer, height: size.bend, left: [], right: [] };
        columns[layer].push(bend);
        chain.push(bend);
      }
      chain.push(nodes.get(job));
      for (let i = 1; i < chain.length; i++) {
        chain[i - 1].right.push(chain[i]);
        chain[i].left.push(chain[i - 1]);
      }
      edges.push({ chain, condition });
    }
  }
  return { columns, edges };
}

// Few crossings: each layer is sorted by the mean place of its neighbours, to and fro.
function order(columns) {
  const number = () => columns.forEach((column) => column.forEach((node, i) => { node.at = i; }));
  const sort = (column, side) => {
    for (const node of column) {
      const near = node[side];
      node.wish = near.length ? near.reduce((sum, one) => sum + one.at, 0) / near.length : node.at;
    }
    column.sort((a, b) => a.wish - b.wish || a.at - b.at);
  };
  for (let round = 0; round < 6; round++) {
    number();
    const sweep = round % 2 === 0 ? columns : columns.toReversed();
    for (const column of sweep) {
      sort(column, round % 2 === 0 ? 'left' : 'right');
      column.forEach((node, i) => { node.at = i; });
    }
  }
}

// Straight edges: each node goes to the mean height of its neighbours, as far as the order and the gaps allow.
function place(columns) {
  columns.forEach((column, layer) => stack(column.map((node) => Object.assign(node, { x: size.margin + layer * (size.width + size.gapX), y: 0 })), () => 0));
  for (let round = 0; round < 8; round++) {
    const side = round % 2 === 0 ? 'left' : 'right';
    for (const column of side === 'left' ? columns : columns.toReversed()) {
      stack(column, (node) => (node[side].length ? node[side].reduce((sum, one) => sum + one.y + one.height / 2, 0) / node[side].length - node.height / 2 : node.y));
    }
  }
  const top = Math.min(...columns.flat().map((node) => node.y));
  for (const node of columns.flat()) node.y += size.margin - top;
}

function stack(column, wish) {
  const wishes = column.map(wish);
  let end = -Infinity;
  let over = 0;
  column.forEach((node, i) => {
    node.y = Math.max(wishes[i], end);
    over += node.y - wishes[i];
    end = node.y + node.height + size.gapY;
  });
  // What was pushed down is shared between above and below.
  if (column.length) column.forEach((node) => { node.y -= over / column.length; });
}

function pointsOf(chain) {
  const points = [[chain[0].x + size.width, chain[0].y + chain[0].height / 2]];
  for (const bend of chain.slice(1, -1)) {
    points.push([bend.x, bend.y + bend.height / 2], [bend.x + size.width, bend.y + bend.height / 2]);
  }
  const target = chain.at(-1);
  points.push([target.x - 7, target.y + target.height / 2]);
  return points;
}
