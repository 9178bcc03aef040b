# Answers of ranx, trec_eval, scikit-learn, scipy, sacrebleu and rouge_score to the cases on stdin; see metrics-oracle.ts.

import json
import sys
import warnings

import numpy as np

warnings.filterwarnings("ignore")
cases = json.load(sys.stdin)


def ranx_rows():
    from ranx import Qrels, Run, evaluate

    names = {
        "hr": "hit_rate", "recall": "recall", "precision": "precision", "mrr": "mrr",
        "map-trec": "map", "ndcg-linear": "ndcg", "ndcg-exp": "ndcg_burges",
    }
    found = [None] * len(cases["lists"])
    # One call a cut-off: each starts ranx's threads anew.
    for k in sorted({case["k"] for case in cases["lists"]}):
        own = {f"q{i:04d}": case for i, case in enumerate(cases["lists"]) if case["k"] == k}
        qrels = Qrels({q: {f"d{i}": int(g) for i, g in case["relevant"]} for q, case in own.items()})
        run = Run({q: {f"d{i}": float(s) for i, s in enumerate(case["scores"])} for q, case in own.items()})
        evaluate(qrels, run, [f"{name}@{k}" for name in names.values()])
        for q in own:
            found[int(q[1:])] = {n: float(run.scores[f"{name}@{k}"][q]) for n, name in names.items()}
    return found


def trec_rows():
    import pytrec_eval

    found = []
    for case in cases["trec"]:
        qrels = {"q": {f"d{i:04d}": int(g) for i, g in case["relevant"]}}
        run = {"q": {f"d{i:04d}": float(s) for i, s in enumerate(case["scores"])}}
        k = case["k"]
        measures = {f"{name}.{k}" for name in ("ndcg_cut", "map_cut", "P", "recall", "success")}
        given = pytrec_eval.RelevanceEvaluator(qrels, measures).evaluate(run)["q"]
        names = {"ndcg-linear": "ndcg_cut", "map-trec": "map_cut", "precision": "P", "recall": "recall", "hr": "success"}
        found.append({own: given[f"{name}_{k}"] for own, name in names.items()})
    return found


def sklearn_ties():
    from sklearn.metrics import ndcg_score

    found = []
    for case in cases["ties"]:
        gains = np.zeros(len(case["scores"]))
        for i, g in case["relevant"]:
            gains[i] = g
        found.append(ndcg_score([gains], [case["scores"]], k=case["k"], ignore_ties=False))
    return found


def yes_no():
    from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

    found = []
    for case in cases["yesNo"]:
        truth = np.array(case["positive"])
        yes, no = np.array(case["yes"]), np.array(case["no"])
        p = 1 / (1 + np.exp(-(yes - no)))
        clipped = np.clip(p, 1e-6, 1 - 1e-6)
        users = np.array(case["users"])
        own = []
        for user in np.unique(users):
            mine = users == user
            if 0 < truth[mine].sum() < mine.sum():
                own.append((roc_auc_score(truth[mine], (yes - no)[mine]), truth[mine].sum(), mine.sum()))
        own = np.array(own)
        found.append({
            "auc": roc_auc_score(truth, yes - no),
            "auc-difference": roc_auc_score(truth, np.exp(yes) - np.exp(no)),
            "log-loss": log_loss(truth, clipped, labels=[0, 1]),
            "brier": brier_score_loss(truth, p),
            "gauc": float(np.average(own[:, 0], weights=own[:, 1])),
            "gauc-length": float(np.average(own[:, 0], weights=own[:, 2])),
            "uauc": float(own[:, 0].mean()),
        })
    return found


def kappa():
    from sklearn.metrics import cohen_kappa_score

    return [
        float(cohen_kappa_score(c["predicted"], c["actual"], labels=[1, 2, 3, 4, 5], weights="quadratic"))
        for c in cases["kappa"]
    ]


def errors():
    from sklearn.metrics import mean_absolute_error, root_mean_squared_error

    return [
        {
            "mae-rows": float(mean_absolute_error(c["actual"], c["predicted"])),
            "rmse-rows": float(root_mean_squared_error(c["actual"], c["predicted"])),
        }
        for c in cases["errors"]
    ]


def delong():
    found = []
    for case in cases["yesNo"]:
        truth = np.array(case["positive"]) == 1
        scores = np.array(case["yes"]) - np.array(case["no"])
        pos, neg = scores[truth], scores[~truth]
        wins = (pos[:, None] > neg[None, :]) + 0.5 * (pos[:, None] == neg[None, :])
        found.append(float(np.var(wins.mean(1)) / len(pos) + np.var(wins.mean(0)) / len(neg)))
    return found


def gini():
    found = []
    for case in cases["gini"]:
        counts = np.zeros(case["size"])
        for items in case["lists"]:
            for item in items:
                counts[item] += 1
        counts.sort()
        n = case["size"]
        index = np.arange(1, n + 1)
        found.append(float(((2 * index - n - 1) * counts).sum() / (n * counts.sum())))
    return found


def ild():
    from scipy.spatial.distance import pdist

    found = []
    for case in cases["ild"]:
        has = np.array(case["has"], dtype=bool)
        # Two items without genres are equal to scipy; ours leaves such items out.
        lists = [[item for item in items if has[item].any()] for items in case["lists"]]
        found.append(float(np.mean([pdist(has[items], metric="jaccard").mean() for items in lists if len(items) > 1])))
    return found


def ece():
    from sklearn.calibration import calibration_curve
    from sklearn.preprocessing import KBinsDiscretizer

    # Of the definitions of a quantile this one cuts n rows after floor(b n / 15), as ours does.
    binner = KBinsDiscretizer(15, encode="ordinal", strategy="quantile", quantile_method="averaged_inverted_cdf", subsample=None)
    found = []
    for case in cases["ece"]:
        truth = np.array(case["positive"])
        p = 1 / (1 + np.exp(np.array(case["no"]) - np.array(case["yes"])))
        if len(p) <= 15 or len(p) % 15 == 0:
            # Bins of one size, so that the mean over them is the ECE; the curve does not tell sizes. Where n does not fill the
            # bins its edges, interpolated quantiles, put another row into some of them.
            gaps = np.subtract(*calibration_curve(truth, p, n_bins=15, strategy="quantile"))
            found.append(float(np.abs(gaps).mean()))
        else:
            bins = binner.fit_transform(p[:, None])[:, 0]
            gaps = [(truth - p)[bins == b].sum() for b in np.unique(bins)]
            found.append(float(np.abs(gaps).sum() / len(p)))
    return found


def texts():
    from rouge_score import rouge_scorer
    from sacrebleu.metrics import BLEU, CHRF

    rouge = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeL"], use_stemmer=False)
    found = []
    for case in cases["texts"]:
        said, reference, tok = case["said"], case["reference"], case["tok"]
        corpus, sentence = BLEU(tokenize=tok), BLEU(tokenize=tok, effective_order=True)
        scores = [rouge.score(r, s) for s, r in zip(said, reference)]
        found.append({
            "bleu": corpus.corpus_score(said, [reference]).score,
            "sentence-bleu": float(np.mean([sentence.sentence_score(s, [r]).score for s, r in zip(said, reference)])),
            "chrf": CHRF().corpus_score(said, [reference]).score,
            "rouge-1": float(np.mean([s["rouge1"].fmeasure for s in scores])),
            "rouge-2": float(np.mean([s["rouge2"].fmeasure for s in scores])),
            "rouge-l": float(np.mean([s["rougeL"].fmeasure for s in scores])),
        })
    return found


makers = {
    "lists": ranx_rows, "trec": trec_rows, "ties": sklearn_ties, "yesNo": yes_no, "delong": delong,
    "kappa": kappa, "errors": errors, "gini": gini, "ild": ild, "ece": ece, "texts": texts,
}
json.dump({name: make() for name, make in makers.items() if name in cases or name == "delong" and "yesNo" in cases}, sys.stdout)
