#!/usr/bin/env python3
"""What Python's TFLite interpreter answers through its signature runner, beside recorded logits of the original class.

Outside of the build; needs tensorflow (or ai_edge_litert) and numpy. Rows are filled to the file's length, in the
type of its inputs, as programs do that were written for one length:

    litegraft convert examples/ko-movie-reviews -o model.tflite --recipe f32 --length 128 --input-type int64
    python3 clients/python/signature_runner.py model.tflite examples/ko-movie-reviews/expected.json

Exit code 1 if in f32 a label is another one or a logit is off by more than 1e-5; in other recipes if more than a label in 200 is.
"""

import json
import sys
import zipfile

import numpy as np

try:
    from ai_edge_litert.interpreter import Interpreter
except ImportError:
    import tensorflow as tf

    Interpreter = tf.lite.Interpreter


def row(ids, length, dtype, facts, name):
    """A row as the input of this name wants it: [1, length]."""
    fill = facts.get("pad_token_id", 0) if "ids" in name else 0
    numbers = ids if "ids" in name else [1 if "mask" in name else 0] * len(ids)
    rest = [fill] * (length - len(ids))
    padded = rest + numbers if facts.get("padding_side") == "left" else numbers + rest
    return np.array([padded], dtype=dtype)


def main(file, recorded):
    with zipfile.ZipFile(file) as archive:
        facts = json.loads(archive.read("litegraft.json"))
    exact = facts["recipe"] == "f32"
    interpreter = Interpreter(model_path=file)
    runner = interpreter.get_signature_runner("serving_default")
    details = runner.get_input_details()
    output = next(iter(runner.get_output_details()))
    with open(recorded, encoding="utf-8") as lines:
        texts = json.load(lines)
    most, labels, asked = 0.0, 0, 0
    for text in texts:
        ids = text["input_ids"]
        length = next(iter(details.values()))["shape"][1]
        if len(ids) > length:
            continue
        inputs = {name: row(ids, length, detail["dtype"], facts, name) for name, detail in details.items() if "type" not in name}
        for name, detail in details.items():
            if "type" in name:
                inputs[name] = np.zeros((1, length), dtype=detail["dtype"])
        logits = runner(**inputs)[output][0]
        expected = np.array(text["logits"])
        most = max(most, float(np.max(np.abs(logits - expected))))
        labels += int(np.argmax(logits) != np.argmax(expected))
        asked += 1
    kinds = ", ".join(f"{name} {np.dtype(detail['dtype']).name}{detail['shape'].tolist()}" for name, detail in details.items())
    print(f"{asked} texts; {kinds}; largest difference {most:.1e}, labels changed {labels}")
    good = labels == 0 and most <= 1e-5 if exact else 200 * labels <= asked
    return 0 if asked and good else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) == 3 else __doc__)
