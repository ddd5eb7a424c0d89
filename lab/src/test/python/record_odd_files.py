"""Writes .tflite files that are no text model, or none that a checkpoint can be compared with.

    python record_odd_files.py OUT

Needs tensorflow 2.21. Each file is named after what is odd about it; all are a few kB.
"""

import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
import numpy as np
import tensorflow as tf

WIDTH, WORDS = 8, 256
TABLE = np.random.default_rng(3).standard_normal((WORDS, WIDTH)).astype(np.float32)
HEAD = np.random.default_rng(4).standard_normal((WIDTH, 2)).astype(np.float32)


def ints(*shape, name=None):
    return tf.TensorSpec(shape, tf.int32, name)


def floats(*shape, name=None):
    return tf.TensorSpec(shape, tf.float32, name)


def pooled(ids, mask):
    x = tf.gather(tf.constant(TABLE), ids) * tf.cast(mask, tf.float32)[..., None]
    return tf.reduce_sum(x, 1)


def logits(ids, mask):
    return tf.matmul(pooled(ids, mask), tf.constant(HEAD))


def written(functions, customs=False, flex=False):
    """One signature for each name; functions are (function, specs)."""
    module = tf.Module()
    concrete = {}
    for name, (function, specs) in functions.items():
        f = tf.function(function, input_signature=specs)
        setattr(module, name, f)
        concrete[name] = f
    folder = os.path.join(os.environ.get("TMPDIR", "/tmp"), f"odd-{os.getpid()}")
    tf.saved_model.save(module, folder, signatures=concrete)
    converter = tf.lite.TFLiteConverter.from_saved_model(folder, signature_keys=list(functions))
    converter.allow_custom_ops = customs
    if flex:
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS, tf.lite.OpsSet.SELECT_TF_OPS]
    return converter.convert()


def looped(ids, mask):
    x = pooled(ids, mask)
    _, x = tf.while_loop(lambda i, y: i < tf.shape(ids)[1], lambda i, y: (i + 1, tf.tanh(y)), [0, x])
    return {"logits": tf.matmul(x, tf.constant(HEAD))}


def branched(ids, mask):
    x = pooled(ids, mask)
    x = tf.cond(tf.reduce_sum(mask) > 4, lambda: tf.tanh(x), lambda: x * 2.0)
    return {"logits": tf.matmul(x, tf.constant(HEAD))}


def image(pixels):
    x = tf.nn.conv2d(pixels, tf.constant(np.ones((3, 3, 3, 4), np.float32)), 2, "SAME")
    return {"logits": tf.matmul(tf.reduce_mean(x, [1, 2]), tf.constant(HEAD[:4]))}


def generated(tokens, input_pos, kv_cache_k_0, kv_cache_v_0):
    x = tf.gather(tf.constant(TABLE), tokens)
    keys = kv_cache_k_0 + tf.cast(tf.reduce_sum(input_pos), tf.float32) * tf.reduce_mean(x)
    return {"logits": tf.matmul(x, tf.constant(TABLE.T)), "kv_cache_k_0": keys, "kv_cache_v_0": kv_cache_v_0 * 2.0}


def files():
    row, mask = ints(1, 8, name="args_0"), ints(1, 8, name="args_1")
    both = [row, mask]
    answer = lambda args_0, args_1: {"logits": logits(args_0, args_1)}
    encode = lambda args_0, args_1: {"embedding": pooled(args_0, args_1)}
    yield "two-models", {"classify": (answer, both), "encode": (encode, both)}, {}
    yield "text-and-image", {"classify": (answer, both), "see": (image, [floats(1, 16, 16, 3, name="pixels")])}, {}
    yield "while-loop", {"serving_default": (looped, both)}, {}
    yield "branch", {"serving_default": (branched, both)}, {}
    yield "vision", {"serving_default": (image, [floats(1, 16, 16, 3, name="pixels")])}, {}
    short = [ints(1, 2, name="args_0"), ints(1, 2, name="args_1")]
    yield "two-tokens", {"serving_default": (answer, short)}, {}
    cache = [floats(1, 4, 2, 8, name=f"kv_cache_{n}_0") for n in "kv"]
    yield "key-value-cache", {"decode": (generated, [ints(1, 1, name="tokens"), ints(1, name="input_pos"), *cache])}, {}
    yield "nothing-computed", {"serving_default": (lambda args_0, args_1: {"logits": args_0}, both)}, {}
    odd = lambda args_0, args_1: {"out_a": pooled(args_0, args_1)[:, :5], "out_b": tf.reduce_sum(args_1)}
    yield "unmatched-outputs", {"serving_default": (odd, both)}, {}
    two = lambda args_0, args_1: {"out_a": pooled(args_0, args_1)[:, :5], "out_b": pooled(args_0, args_1)[:, :7]}
    yield "two-unmatched-outputs", {"serving_default": (two, both)}, {}
    strings = lambda args_0, args_1: {"logits": tf.strings.as_string(args_0)}
    yield "text-output", {"serving_default": (strings, both)}, {"customs": True}
    custom = lambda args_0, args_1: {"logits": tf.math.igamma(tf.abs(logits(args_0, args_1)), 0.5)}
    yield "custom-operator", {"serving_default": (custom, both)}, {"customs": True}
    yield "flex-operator", {"serving_default": (custom, both)}, {"flex": True}
    audio = lambda samples: {"logits": tf.matmul(tf.reshape(samples, [1, 8]), tf.constant(HEAD))}
    yield "audio", {"serving_default": (audio, [floats(1, 8, name="samples")])}, {}


def main(out):
    os.makedirs(out, exist_ok=True)
    for name, functions, how in files():
        try:
            with open(os.path.join(out, name + ".tflite"), "wb") as f:
                f.write(written(functions, **how))
            print(name, flush=True)
        except Exception as e:  # what this version of the converter refuses is left out
            os.remove(os.path.join(out, name + ".tflite"))
            print("left out:", name, str(e)[:200].replace("\n", " "), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
