"""Writes what SetFit saves beside a sentence-transformers folder, and the probabilities that it gives.

    python record_setfit.py FOLDER OUT

FOLDER is a folder of sentence-transformers (of the tests: lab/src/test/resources/conformance/5-BERT-embed-pool_cls.zip, its
model/). The heads are trained by scikit-learn on its vectors and saved by joblib as SetFitModel._save_pretrained of
setfit 1.1 does it; config_setfit.json has the two keys that it writes. Recorded with scikit-learn 1.9.1, joblib 1.6.0,
sentence-transformers 6.0.1; *_16 with scikit-learn 1.6.1, whose classifiers had multi_class.
"""

import json
import os
import sys

import joblib
import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import MultiOutputClassifier
from sklearn.svm import SVC

TEXTS = [
    "a good film", "a bad film", "the food was good", "never again", "it rains", "thank you very much",
    "what a waste of time", "we will come back", "nothing to say", "great", "12 of 20", "fine, but slow",
]
OLD = sklearn.__version__.startswith("1.6")
OUT = sys.argv[2]


def vectors():
    stored = os.path.join(OUT, "vectors.npy")
    if OLD:  # The older scikit-learn's environment has no sentence-transformers.
        return np.load(stored)
    from sentence_transformers import SentenceTransformer

    found = SentenceTransformer(sys.argv[1]).float().encode(TEXTS)  # The folder is in f16, the file computes in f32.
    np.save(stored, found)
    return found


def probabilities(head, x):
    found = head.predict_proba(x)
    return np.stack(found, axis=1)[..., 1] if isinstance(found, list) else found


def record(name, head, y, normalize=False, labels=None, compress=0):
    x = vectors()
    if normalize:
        x = x / np.linalg.norm(x, axis=1, keepdims=True)
    head.fit(x, y)
    folder = os.path.join(OUT, name + ("_16" if OLD else ""))
    os.makedirs(folder, exist_ok=True)
    joblib.dump(head, os.path.join(folder, "model_head.pkl"), compress=compress)
    with open(os.path.join(folder, "config_setfit.json"), "w") as f:
        json.dump({"normalize_embeddings": normalize, "labels": labels}, f, indent=2)
    if isinstance(head, SVC):
        return
    rows = probabilities(head, x)
    with open(os.path.join(folder, "expected.json"), "w") as f:
        json.dump([{"text": t, "probabilities": [round(float(v), 7) for v in r]} for t, r in zip(TEXTS, rows)], f)


two = np.arange(len(TEXTS)) % 2
three = np.arange(len(TEXTS)) % 3
many = np.stack([two, three == 1, np.arange(len(TEXTS)) % 4 == 3], axis=1).astype(int)
os.makedirs(OUT, exist_ok=True)
if OLD:
    record("binary", LogisticRegression(C=10), two, labels=["neg", "pos"])
    record("binary_multinomial", LogisticRegression(C=10, multi_class="multinomial"), two, labels=["neg", "pos"])
    record("liblinear", LogisticRegression(C=10, solver="liblinear"), three, labels=["a", "b", "c"])
else:
    record("binary", LogisticRegression(C=10), two, labels=["neg", "pos"])
    record("binary_normalized", LogisticRegression(C=10), two, normalize=True, labels=["neg", "pos"])
    record("multinomial", LogisticRegression(C=10), three, labels=["a", "b", "c"], compress=3)
    record("texts", LogisticRegression(C=10), np.array(["x", "longer", "ü"])[three])
    record("objects", LogisticRegression(C=10), np.array(["x", "longer", "ü"], dtype=object)[three])
    record("one_vs_rest", OneVsRestClassifier(LogisticRegression(C=10)), many, labels=["p", "q", "r"])
    record("one_vs_rest_classes", OneVsRestClassifier(LogisticRegression(C=10)), three, labels=["a", "b", "c"])
    record("multi_output", MultiOutputClassifier(LogisticRegression(C=10)), many, labels=["p", "q", "r"])
    record("vectors_of_support", SVC(probability=False), two, labels=["neg", "pos"])
