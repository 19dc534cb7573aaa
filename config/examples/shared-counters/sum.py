"""Adds up what the others have counted. SPDX-License-Identifier: MIT"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../clients/python"))
import supervisor_board

table = memoryview(supervisor_board.open_region("counters")).cast("Q")
counts = [table[line * 8] for line in range(4)]
print("C %d, Python %d, .NET %d, shell %d: together %d" % (*counts, sum(counts)))
