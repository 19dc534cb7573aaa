"""Tables and plots of a run: results/DATE.json, results/DATE.md and one SVG for each figure."""
import json
import os

from . import goals

COLUMNS = {
    'start': [('median_s', 'median s', 3), ('min_s', 'min s', 3), ('max_s', 'max s', 3)],
    'restart': [('median_ms', 'median ms', 2), ('p99_ms', '99 % ms', 2)],
    'idle': [('pss_mib', 'PSS MiB', 1), ('processes', 'processes', 0), ('cpu_ms', 'CPU ms', 0), ('switches', 'voluntary switches', 0)],
    'capture': [('mb_s', 'MB/s', 0), ('cpu_s_gib', 'CPU-s/GiB', 2), ('lines_lost', 'lines lost', 0), ('disorder', 'out of order', 0), ('rotates', 'rotation', 0)],
    'stop': [('median_s', 'median s', 3), ('min_s', 'min s', 3)],
    'status': [('median_ms', 'median ms', 1), ('min_ms', 'min ms', 1)],
    'heartbeat': [('ns', 'ns', 1), ('wakeups', 'wake-ups of the supervisor for each', 3)],
    'growth': [('restarts_s', 'restarts a second', 0)],
}
# Of these more is better; of all others less.
MORE_IS_BETTER = {'mb_s'}
COMPARED_WITH_FLOOR = {'start', 'restart', 'capture', 'stop'}


def write(results, directory):
    os.makedirs(directory, exist_ok=True)
    base = os.path.join(directory, results['date'])
    with open(base + '.json', 'w') as file:
        json.dump(results, file, indent=1)
        file.write('\n')
    with open(base + '.md', 'w') as file:
        file.write('\n'.join(document(results)))
    for figure, rows in results['figures'].items():
        if any(row.get(COLUMNS[figure][0][0], 0) > 0 for row in rows):
            with open(f'{base}-{figure}.svg', 'w') as file:
                file.write(plot(figure, rows))
    print(base + '.md')


def document(results):
    machine = results['machine']
    yield f"# Measured on {results['date']}"
    yield ''
    yield f"{machine['cpus']} CPUs ({machine['cpu']}), Linux {machine['kernel']}. {'; '.join(results['versions'].values())}."
    yield ''
    yield from goals.table(results['figures'])
    for figure, rows in results['figures'].items():
        yield ''
        yield f'## {figure}'
        yield ''
        yield from table(figure, rows)
        points = next((row['points'] for row in rows if 'points' in row), None)
        if points:
            yield ''
            yield '| restarts | RSS MiB | descriptors |'
            yield '|---|---|---|'
            yield from (f"| {point['restarts']} | {point['rss_mib']:.1f} | {point['descriptors']} |" for point in points)
    yield ''


def label(row):
    jobs = '1 job' if row['jobs'] == 1 else f"{row['jobs']} jobs"
    return row.get('how', jobs) if row['jobs'] == 1 else jobs


def table(figure, rows):
    ratio = figure in COMPARED_WITH_FLOOR
    yield '| | peer | ' + ' | '.join(title for _, title, _ in COLUMNS[figure]) + (' | ratio to the floor' if ratio else '') + ' |'
    yield '|---' * (len(COLUMNS[figure]) + 2 + ratio) + '|'
    key = COLUMNS[figure][0][0]
    for row in rows:
        floor = next((other for other in rows if other['peer'].startswith('floor') and label(other) == label(row)), {})
        if 'failed' in row:
            yield f"| {label(row)} | {row['peer']} | {row['failed']}" + ' |' * (len(COLUMNS[figure]) + ratio)
            continue
        if key not in row:
            continue
        cells = [cell(row.get(name), digits) for name, _, digits in COLUMNS[figure]]
        if ratio:
            cells.append(f'{row[key] / floor[key]:.2f}' if key in floor else '')
        yield f"| {label(row)} | {row['peer']} | " + ' | '.join(cells) + ' |'


def cell(value, digits):
    if isinstance(value, bool):
        return 'yes' if value else 'no'
    return '' if value is None else f'{value:.{digits}f}'


def plot(figure, rows):
    """Horizontal bars, a group for each number of jobs, on a logarithmic scale where the values are decades apart."""
    import math
    key, title, digits = COLUMNS[figure][0]
    rows = [row for row in rows if key in row]
    values = [row[key] for row in rows if row[key] > 0]
    low, high = min(values), max(values)
    logarithmic = high / low > 50
    def width(value):
        if value <= 0:
            return 1
        return 420 * (math.log(value / low * 2) / math.log(high / low * 2) if logarithmic else value / high)
    better = 'more is better' if key in MORE_IS_BETTER else 'less is better'
    parts, y, group = [], 30, None
    for row in rows:
        if label(row) != group:
            group = label(row)
            y += 10
            parts.append(f'<text x="10" y="{y + 12}" font-weight="bold">{group}</text>')
            y += 20
        ours = row['peer'].startswith('supervisor') and row['peer'] != 'supervisord'
        colour = '#1a7f37' if ours else '#8b949e' if row['peer'].startswith('floor') else '#6e7ba8'
        parts.append(f'<text x="10" y="{y + 12}">{row["peer"]}</text>')
        parts.append(f'<rect x="190" y="{y}" width="{width(row[key]):.1f}" height="15" fill="{colour}"/>')
        parts.append(f'<text x="{196 + width(row[key]):.1f}" y="{y + 12}">{row[key]:.{digits}f}</text>')
        y += 20
    scale = ', logarithmic' if logarithmic else ''
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="720" height="{y + 15}" font-family="sans-serif" font-size="12">'
            f'<rect width="100%" height="100%" fill="#ffffff"/><text x="10" y="20" font-size="15">{figure}: {title} ({better}{scale})</text>'
            + ''.join(parts) + '</svg>\n')
