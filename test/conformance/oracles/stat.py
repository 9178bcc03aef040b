# Answers of scipy and scikit-learn to the cases on stdin: {"samples": [[...]], "lists": [{"scores", "truth", "k"}], …}.

import json
import sys

import numpy as np
from scipy.special import ndtr, ndtri
from scipy.stats import binomtest, bootstrap, false_discovery_control, permutation_test
from sklearn.metrics import ndcg_score

cases = json.load(sys.stdin)


def mean(values, axis=-1):
    return np.mean(values, axis=axis)


def describe(values):
    sample = (np.asarray(values),)
    drawn = bootstrap(sample, mean, n_resamples=20_000, method="percentile", confidence_level=0.95, rng=7)
    flipped = permutation_test(
        sample, mean, permutation_type="samples", n_resamples=20_000, alternative="two-sided", rng=7
    )
    interval = drawn.confidence_interval
    return {"low": interval.low, "high": interval.high, "p": flipped.pvalue}


def ndcg(case):
    relevance = np.zeros(len(case["scores"]))
    relevance[case["truth"]] = 1
    return ndcg_score([relevance], [case["scores"]], k=case["k"], ignore_ties=False)


def bca(case):
    from scipy.stats._resampling import _bca_interval

    parts = _bca_interval(
        (np.asarray(case["values"]),), mean, -1, 0.025, np.asarray(case["means"]), None, np
    )
    return [float(np.squeeze(part)) for part in parts]


def exact(values):
    return permutation_test(
        (np.asarray(values),), mean, permutation_type="samples", n_resamples=np.inf, alternative="two-sided"
    ).pvalue


json.dump(
    {
        "samples": [describe(values) for values in cases["samples"]],
        "ndcg": [ndcg(case) for case in cases["lists"]],
        "bca": [bca(case) for case in cases["bca"]],
        "exact": [exact(values) for values in cases["small"]],
        "cdf": ndtr(cases["z"]).tolist(),
        "quantile": ndtri(cases["p"]).tolist(),
        "mcnemar": [binomtest(b, b + c).pvalue for b, c in cases["discordant"]],
        "bh": [false_discovery_control(p).tolist() for p in cases["families"]],
    },
    sys.stdout,
)
