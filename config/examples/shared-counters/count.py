"""Counts in line 1 of the shared table. SPDX-License-Identifier: MIT"""

import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../clients/python"))
import supervisor_board

board = supervisor_board.open_board()
region = supervisor_board.open_region("counters")
table = memoryview(region).cast("Q") if region else [0] * 512
rounds = board.counter("rounds")
total = int(os.environ.get("ROUNDS", "200"))
done = 0

board.phase("ready")
board.status("counting in Python")
while done < total and board.goal != supervisor_board.GOAL_STOP:
    done += 1
    table[8] += 1  # nobody else writes this word
    rounds.add()
    board.progress(done, total)
    board.beat()
    time.sleep(0.02)
board.status("done")
print("Python counted to", done)
