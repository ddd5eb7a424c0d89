"""Compares the ONNX files that `Peers` writes with what ONNX Runtime's own tools make of the same
checkpoint: which operators they have, whether they answer alike, and how long they take, in turns.

    python onnx_tools.py CHECKPOINT OURS-F32.onnx OURS-INT8.onnx [ROUNDS]

CHECKPOINT is a folder, which is exported first, or an ONNX file that was exported already, as
`num_heads,hidden_size,file.onnx`: what the tools fuse depends on the version of the exporter. Of
what transformers 4.57 exports (`attn_implementation="eager"`) they fuse a BERT's attention.

Needs torch, transformers, onnx and onnxruntime; the project needs none of them.
"""
import collections
import statistics
import sys
import tempfile
import time

import numpy as np
import onnx
import onnxruntime as ort
import torch
import transformers
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers import optimizer
from onnxruntime.transformers.fusion_options import FusionOptions

TOKENS = (8, 16, 32, 128)


def exported(folder, path):
    config = transformers.AutoConfig.from_pretrained(folder)
    classifies = "Classification" in config.architectures[0]
    kind = transformers.AutoModelForSequenceClassification if classifies else transformers.AutoModel
    model = kind.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    names = ["input_ids", "attention_mask"]
    if config.model_type == "bert":
        names.append("token_type_ids")
    else:
        model.config.use_cache = False
    ones = torch.ones((1, 16), dtype=torch.int64)

    class Plain(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, *inputs):
            out = self.model(**dict(zip(names, inputs)), return_dict=True)
            return out.logits if classifies else out.last_hidden_state

    torch.onnx.export(
        Plain(),
        (ones,) * len(names),
        path,
        input_names=names,
        output_names=["answer"],
        dynamic_axes={name: {0: "batch", 1: "tokens"} for name in names},
        opset_version=17,
        dynamo=False,
    )
    return config


def optimized(folder, f32, int8):
    with tempfile.TemporaryDirectory() as scratch:
        if folder.endswith(".onnx"):
            heads, width, plain = folder.split(",")
            kind = "bert"
        else:
            plain = scratch + "/plain.onnx"
            config = exported(folder, plain)
            heads, width = config.num_attention_heads, config.hidden_size
            kind = "bert" if config.model_type == "bert" else "gpt2"
        model = optimizer.optimize_model(
            plain,
            model_type=kind,
            num_heads=int(heads),
            hidden_size=int(width),
            opt_level=0,
            optimization_options=FusionOptions(kind),
        )
        model.save_model_to_file(f32)
    quantize_dynamic(
        f32, int8, weight_type=QuantType.QInt8, extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT}
    )


def operators(path):
    graph = onnx.load(path, load_external_data=False).graph
    return dict(sorted(collections.Counter(node.op_type for node in graph.node).items()))


def session(path, threads=1):
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def inputs(of, tokens, vocabulary=1000):
    ids = (3 + np.arange(tokens) * 7919 % (vocabulary - 3)).reshape(1, -1)
    rows = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    types = {"tensor(int32)": np.int32, "tensor(int64)": np.int64}
    return {i.name: rows[i.name].astype(types[i.type]) for i in of.get_inputs()}


def timed(of, row):
    of.run(None, row)
    best, begin = float("inf"), time.perf_counter()
    while time.perf_counter() - begin < 0.15:
        start = time.perf_counter()
        of.run(None, row)
        best = min(best, time.perf_counter() - start)
    return best


def compare(name, theirs, ours, rounds):
    """Sessions are opened anew in each round, in turns: where memory is given to weights moves times
    by some percent, for as long as a session lives."""
    print(name, "tools:", operators(theirs))
    print(name, "ours: ", operators(ours))
    times, cosines = collections.defaultdict(list), {}
    for i in range(rounds):
        both = {}
        for path in (theirs, ours) if i % 2 else (ours, theirs):
            both[path] = session(path)
        a, b = both[theirs], both[ours]
        for tokens in TOKENS:
            x, y = inputs(a, tokens), inputs(b, tokens)
            p, q = a.run(None, x)[0].ravel(), b.run(None, y)[0].ravel()
            cosines[tokens] = float(p @ q / np.linalg.norm(p) / np.linalg.norm(q))
            if i % 4 < 2:
                times[tokens].append((timed(a, x), timed(b, y)))
            else:
                mine = timed(b, y)
                times[tokens].append((timed(a, x), mine))
    for tokens in TOKENS:
        ratios = sorted(mine / tool for tool, mine in times[tokens])
        shortest = min(mine for _, mine in times[tokens]) / min(tool for tool, _ in times[tokens])
        print(
            f"{name} {tokens:4} tokens: ours over the tools' {statistics.median(ratios):.3f}"
            f" [{ratios[0]:.3f}, {ratios[-1]:.3f}], of the shortest {shortest:.3f};"
            f" {1000 * min(tool for tool, _ in times[tokens]):.3f} ms; cosine {cosines[tokens]:.6f}"
        )


def main():
    folder, f32, int8 = sys.argv[1:4]
    rounds = int(sys.argv[4]) if len(sys.argv) > 4 else 15
    print("onnxruntime", ort.__version__, "transformers", transformers.__version__)
    with tempfile.TemporaryDirectory() as scratch:
        own_f32, own_int8 = scratch + "/f32.onnx", scratch + "/int8.onnx"
        optimized(folder, own_f32, own_int8)
        compare("f32 ", own_f32, f32, rounds)
        compare("int8", own_int8, int8, rounds)


if __name__ == "__main__":
    main()
