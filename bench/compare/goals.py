"""The goals, and whether a run has met them: computed from its rows."""
from . import peers

OURS = 'supervisor'
NAMES = {peer.name for peer in peers.PEERS}
RATIO, VALUE = 'times the floor', ''
MORE, LESS = 'at least', 'at most'

# what, figure, jobs, how, number, its unit, ratio or number itself, direction, goal (a peer's name: what that reaches)
GOALS = [
    ('start of 1,000', 'start', 1000, None, 'median_s', 's', RATIO, LESS, 1.5),
    ('restart, median', 'restart', 1, None, 'median_ms', 'ms', RATIO, LESS, 1.4),
    ('idle, 1,000 jobs', 'idle', 1000, None, 'pss_mib', 'MiB', VALUE, LESS, 25),
    ('idle, one job', 'idle', 1, None, 'pss_mib', 'MiB', VALUE, LESS, 16),
    ('switches while idle, 1,000 jobs, without the HTTP server\'s timer', 'idle', 1000, None, 'switches_but_http', '', VALUE, LESS, 0),
    ('log capture, blocks', 'capture', 1, 'blocks', 'mb_s', 'MB/s', RATIO, MORE, 0.9),
    ('log capture, lines', 'capture', 1, 'lines', 'mb_s', 'MB/s', RATIO, MORE, 0.9),
    ('log capture, blocks: CPU', 'capture', 1, 'blocks', 'cpu_s_gib', 'CPU-s/GiB', VALUE, LESS, 1.0),
    ('log capture, lines: CPU', 'capture', 1, 'lines', 'cpu_s_gib', 'CPU-s/GiB', VALUE, LESS, 1.0),
    ('log capture, blocks: lines lost', 'capture', 1, 'blocks', 'lines_lost', '', VALUE, LESS, 0),
    ('log capture, lines: lines lost', 'capture', 1, 'lines', 'lines_lost', '', VALUE, LESS, 0),
    ('stop of 1,000', 'stop', 1000, None, 'median_s', 's', RATIO, LESS, 'dinit'),
    ('status of 1,000', 'status', 1000, None, 'median_ms', 'ms', VALUE, LESS, 20),
    ('heartbeat on the board', 'heartbeat', 1, 'board', 'ns', 'ns', VALUE, LESS, 10),
]


def table(figures):
    rows = [row for goal in GOALS if (row := judged(figures, *goal))]
    if rows:
        yield '| figure | floor | ours | best peer | goal | |'
        yield '|---|---|---|---|---|---|'
        yield from (f'| {" | ".join(row)} |' for row in rows)


def judged(figures, what, figure, jobs, how, number, unit, scale, direction, goal):
    """The cells of one goal; None when ours was not measured."""
    rows = [row for row in figures.get(figure, []) if row['jobs'] == jobs and row.get('how') == how]
    numbers = {row['peer']: value for row in rows if (value := value_of(row, number)) is not None}
    floor = next((value for peer, value in numbers.items() if peer.startswith('floor')), None)
    base = floor if scale == RATIO else None
    aim = f"{direction} {goal}'s {scale}" if goal in NAMES else f'{direction} {goal} {scale or unit}'.strip()
    if OURS not in numbers:
        failed = next((row['failed'] for row in rows if row['peer'] == OURS and 'failed' in row), None)
        return failed and (what, '', failed, '', aim, 'missed')

    def said(value):
        return f'{value:.4g} {unit}'.strip() + (f', {value / base:.2f} times' if base else '')

    others = {peer: value for peer, value in numbers.items() if not peer.startswith((OURS + ',', 'floor')) and peer != OURS}
    if figure == 'heartbeat':  # the other way to say it, to the same supervisor
        others = {'WATCHDOG=1': row['ns'] for row in figures[figure] if row['peer'] == OURS and row.get('how') == 'notify' and 'ns' in row}
    best = (max if direction == MORE else min)(others, key=others.get, default=None)
    reached = numbers[OURS] / base if base else numbers[OURS]
    if goal in NAMES:
        goal = numbers[goal] / base if goal in numbers and base else None
    if goal is None or (scale == RATIO and not base):
        verdict = 'cannot be judged'
    else:
        verdict = 'met' if (reached >= goal if direction == MORE else reached <= goal) else 'missed'
    return (what, said(floor).split(',')[0] if floor is not None else '', said(numbers[OURS]), f'{best}: {said(others[best])}' if best else '', aim, verdict)


def value_of(row, number):
    if number != 'switches_but_http':
        return row.get(number)
    if row['peer'] != OURS:
        return row.get('switches')
    return sum(count for name, count in row['switches_by_thread'].items() if not name.startswith('Kestrel')) if 'switches_by_thread' in row else None
