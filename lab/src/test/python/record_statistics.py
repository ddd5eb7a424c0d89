"""record_statistics.py OUT.json: what scipy, scikit-learn and numpy say of fixed tables, for the tests of lab.statistics.

Recorded with numpy 2.4.6, scipy 1.17.1, scikit-learn 1.9.1; the versions stand in the file. The published table of Newcombe
(1998) stands in the test itself. Run again, it gives the same file.
"""
import json, sys, warnings
import numpy, scipy, sklearn
from scipy import stats
from sklearn import metrics
from sklearn.calibration import calibration_curve

warnings.filterwarnings("ignore")
rng = numpy.random.default_rng(20261130)
out = {"numpy": numpy.__version__, "scipy": scipy.__version__, "sklearn": sklearn.__version__}

out["mcnemar"] = [{"first": f, "second": g, "p": float(stats.binomtest(min(f, g), f + g, 0.5).pvalue) if f + g else 1.0}
                  for f, g in [(0, 0), (0, 5), (1, 5), (3, 9), (12, 2), (40, 41), (60, 30), (700, 820), (3000, 2800)]]
out["wilson"] = [{"k": k, "n": n, "low": float(i.low), "high": float(i.high)} for k, n in [(0, 7), (7, 7), (3, 10), (83, 100), (3345, 4000)]
                 for i in [stats.binomtest(k, n).proportion_ci(0.95, method="wilson")]]

n, classes = 300, 4
gold = rng.choice(classes, n, p=[0.5, 0.3, 0.2, 0.0])  # class 3 is never right, and answered
logits = rng.normal(size=(n, classes)) + 1.6 * numpy.eye(classes)[gold]
p = numpy.exp(logits) / numpy.exp(logits).sum(1, keepdims=True)
q = numpy.exp(logits + 0.3 * rng.normal(size=logits.shape)); q /= q.sum(1, keepdims=True)
pred = p.argmax(1); counts = numpy.bincount(rng.integers(0, n, n), minlength=n)
top, right = p.max(1), pred == gold
def ece(w):
    idx = numpy.repeat(numpy.arange(n), w)
    acc, conf = calibration_curve(right[idx], top[idx], n_bins=15)
    bins = numpy.searchsorted(numpy.linspace(0, 1, 16)[1:-1], top[idx]); size = numpy.bincount(bins, minlength=15)
    return float((size[size > 0] / len(idx) * abs(acc - conf)).sum())
def classification(w):
    prf = metrics.precision_recall_fscore_support(gold, pred, labels=range(classes), sample_weight=w, zero_division=0)
    used = numpy.repeat(numpy.arange(n), w)
    return {"accuracy": float(metrics.accuracy_score(gold, pred, sample_weight=w)),
            "macro_f1": float(metrics.f1_score(gold[used], pred[used], average="macro", zero_division=0)),
            "confusion": metrics.confusion_matrix(gold, pred, labels=range(classes), sample_weight=w).astype(int).tolist(),
            "precision": prf[0].tolist(), "recall": prf[1].tolist(), "f1": prf[2].tolist(), "ece": ece(w)}
out["classification"] = {"gold": gold.tolist(), "probabilities": p.tolist(), "counts": counts.tolist(),
                         "once": classification(numpy.ones(n, int)), "drawn": classification(counts),
                         "kl": [float(stats.entropy(a, b)) for a, b in zip(p, q)], "others": q.tolist()}

labels = 5
truth = rng.random((n, labels)) < [0.5, 0.3, 0.1, 0.05, 0.2]
score = numpy.round(numpy.clip(0.5 * truth + rng.normal(0.3, 0.25, truth.shape), 0, 1), 2)  # with equal scores
answer = score > 0.5
def multilabel(w):
    return {"micro_f1": float(metrics.f1_score(truth, answer, average="micro", sample_weight=w)),
            "macro_f1": float(metrics.f1_score(truth, answer, average="macro", sample_weight=w, zero_division=0)),
            "average_precision": float(metrics.average_precision_score(truth, score, average="macro", sample_weight=w))}
out["multilabel"] = {"right": truth.tolist(), "scores": score.tolist(), "once": multilabel(numpy.ones(n, int)), "drawn": multilabel(counts)}

x = numpy.round(rng.normal(size=n), 1); y = numpy.round(0.7 * x + rng.normal(size=n), 1)  # with equal numbers
def correlation(w):
    i = numpy.repeat(numpy.arange(n), w)
    return {"pearson": float(stats.pearsonr(x[i], y[i])[0]), "spearman": float(stats.spearmanr(x[i], y[i])[0]),
            "rmse": float(metrics.root_mean_squared_error(x[i], y[i]))}
out["correlation"] = {"x": x.tolist(), "y": y.tolist(), "once": correlation(numpy.ones(n, int)), "drawn": correlation(counts)}

out["ndcg"] = []
for _ in range(12):
    k = int(rng.integers(2, 25)); grades = rng.choice([0, 0, 0, 1, 2, 3], k); s = rng.permutation(k).astype(float)
    if grades.max() == 0: grades[0] = 1
    order = numpy.argsort(-s)
    first = int(numpy.argmax(grades[order] > 0)) + 1
    out["ndcg"].append({"grades": grades[order].astype(float).tolist(), "ndcg10": float(metrics.ndcg_score([grades], [s], k=10)),
                        "rr10": 1.0 / first if first <= 10 else 0.0})

# The percentile interval of a paired difference, by scipy's own generator: equal but for chance, which shrinks with the draws.
second = numpy.where(rng.random(n) < 0.1, rng.integers(0, 3, n), pred)
def difference(g, a, b, axis=-1):
    return metrics.f1_score(g, b, average="macro", zero_division=0) - metrics.f1_score(g, a, average="macro", zero_division=0)
ci = stats.bootstrap((gold, pred, second), difference, paired=True, vectorized=False, n_resamples=20000, method="percentile",
                     rng=numpy.random.default_rng(1)).confidence_interval
out["bootstrap"] = {"second": second.tolist(), "low": float(ci.low), "high": float(ci.high)}
# Temperature and biases with the least log loss, by scipy's minimizer; thresholds with the largest F1, by scikit-learn's curve.
from scipy.optimize import minimize
onehot = numpy.eye(classes)[gold]
def nll(beta, b):
    z = logits * beta + b
    return float((scipy.special.logsumexp(z, axis=1) - (z * onehot).sum(1)).mean())
seen = [0, 1, 2]  # a class that is never right would have a bias without end
def nll3(v):
    z = logits[:, seen] * v[0] + numpy.array([0, v[1], v[2]])
    return float((scipy.special.logsumexp(z, axis=1) - (z * onehot[:, seen]).sum(1)).mean())
best = minimize(lambda v: nll(v[0], 0), [1.0], method="BFGS", options={"gtol": 1e-10}).x
best3 = minimize(nll3, [1.0, 0.0, 0.0], method="BFGS", options={"gtol": 1e-10}).x
zz = 4 * (score - 0.5)
bce = minimize(lambda v: float(numpy.logaddexp(0, numpy.where(truth, -zz, zz) * v[0]).sum()), [1.0], method="BFGS", options={"gtol": 1e-9}).x
def best_f1(l):
    precision, recall, t = metrics.precision_recall_curve(truth[:, l], score[:, l])
    return float((2 * precision * recall / numpy.maximum(precision + recall, 1e-30)).max())
out["fit"] = {"logits": logits.tolist(), "inverse": float(best[0]), "inverse_biased": float(best3[0]), "bias": [0.0, float(best3[1]), float(best3[2])],
              "label_logits": zz.tolist(), "label_inverse": float(bce[0]), "best_f1": [best_f1(l) for l in range(labels)]}
# Texts of equal score: nDCG by scikit-learn, the others by each of the orders that such texts may have.
import itertools
def orders(s):
    return [o for o in itertools.permutations(range(len(s))) if all(s[a] >= s[b] for a, b in zip(o, o[1:]))]
def reciprocal_rank(g, k):
    return next((1 / (i + 1) for i, one in enumerate(g[:k]) if one > 0), 0.0)
out["ties"] = []
for k in [2, 3, 4, 5, 6, 6, 7, 7, 7, 8]:
    grades = rng.choice([0, 0, 0, 1, 2], k).astype(float); s = numpy.sort(rng.integers(0, 3, k))[::-1].astype(float)
    if grades.max() == 0: grades[-1] = 1
    if len(set(s.tolist())) == k: s[:] = 1
    query = {"grades": grades.tolist(), "scores": s.tolist()}
    for top in [1, 3, 10]:
        query[f"ndcg{top}"] = float(metrics.ndcg_score([grades], [s], k=top))
        query[f"rr{top}"] = float(numpy.mean([reciprocal_rank(grades[list(o)], top) for o in orders(s)]))
        query[f"recall{top}"] = float(numpy.mean([(grades[list(o)][:top] > 0).sum() / (grades > 0).sum() for o in orders(s)]))
    out["ties"].append(query)
json.dump(out, open(sys.argv[1], "w"))
