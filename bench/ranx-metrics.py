# ranx on the scores of bench/metrics.ts: time to sort each user's items by score (which its evaluate needs), and time to
# evaluate. Compiling is done before, on one user.

import json
import sys
import time

import numba
import numpy as np
from ranx import evaluate

folder, users, items, relevant_count, cut_offs = sys.argv[1], *map(int, sys.argv[2:5]), sys.argv[5].split(",")
scores = np.fromfile(f"{folder}/scores", dtype=np.float64).reshape(users, items)
relevant = np.fromfile(f"{folder}/relevant", dtype=np.int32).reshape(users, relevant_count)
names = {
    "hr": "hit_rate", "recall": "recall", "precision": "precision", "mrr": "mrr", "map-trec": "map",
    "ndcg-linear": "ndcg", "ndcg-exp": "ndcg_burges",
}
asked = [f"{name}@{k}" for name in names.values() for k in cut_offs]


def make_run(rows):
    run = numba.typed.List()
    for row in rows:
        order = np.argsort(-row, kind="quicksort")
        run.append(np.stack([order.astype(np.float64), row[order]], axis=1))
    return run


qrels = numba.typed.List()
for own in relevant:
    own = np.sort(own).astype(np.float64)
    qrels.append(np.stack([own, np.ones(len(own))], axis=1))
first = numba.typed.List()
first.append(qrels[0])
evaluate(first, make_run(scores[:1]), asked)
clock = lambda: (time.perf_counter(), time.process_time())
started = clock()
run = make_run(scores)
sorted_at = clock()
given = evaluate(qrels, run, asked)
done = clock()
json.dump({
    "sortMs": 1000 * (sorted_at[0] - started[0]),
    "evaluateMs": 1000 * (done[0] - sorted_at[0]),
    "sortCpuMs": 1000 * (sorted_at[1] - started[1]),
    "evaluateCpuMs": 1000 * (done[1] - sorted_at[1]),
    "metrics": {f"{own}@{k}": float(given[f"{name}@{k}"]) for own, name in names.items() for k in cut_offs},
}, sys.stdout)
