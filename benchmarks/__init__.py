"""Figures of speed and size, each as a ratio to a yardstick measured in the same run. Nothing here ships.

    python -m benchmarks.intake [--private-postgres] [--parts page send ...] [--submissions 10000]
    python -m benchmarks.open [--rows 100000] [--full]
    python -m benchmarks.rewrap [--rows 10000]
    python -m benchmarks.evidence [--sizes 10000 100000]
    python -m benchmarks.text [--sizes 10000 100000]
    python -m benchmarks.themes --data DIR [--coded 25,100] [--question Q] [--linking | --learning]

Each prints one JSON object; progress and a table go to standard error. Goals are in `goals`; wall times on a
machine that others use move, so only ratios and CPU time are compared. `wrk` is used where it is installed.
"""
