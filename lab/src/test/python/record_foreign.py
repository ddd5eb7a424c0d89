"""Writes .tflite files as another exporter would: a plain re-implementation, TensorFlow's converter.

    python record_foreign.py CHECKPOINT OUT [REGEX]

Needs tensorflow 2.21 and numpy. CHECKPOINT is a Hugging Face folder of a decoder (llama, qwen2,
qwen3, mistral, gemma, gemma2, gemma3_text, phi3, smollm3, granite) or of an encoder (bert, roberta,
xlm-roberta, electra, distilbert, modernbert). A file is OUT/FORM-FAULT.QUANT.tflite: FORM is the tool's way to
write files (FORMS), FAULT the one thing that is not the checkpoint's (FAULTS; `good` is nothing),
QUANT is f32, f16 or int8. REGEX selects by that name; `plain-` is the form that says nothing.
"""

import json
import math
import os
import re
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
import numpy as np
import tensorflow as tf

ENCODERS = ("bert", "roberta", "xlm-roberta", "electra", "distilbert", "modernbert")

# FORM: what is done otherwise than in the plain form (two int64 inputs of 48 tokens, separate
# projections, the token at mask.sum() - 1, -1e9 in masks, one output "logits").
FORMS = {
    "plain": {},
    "fused": {"fused": True},
    "ids": {"inputs": 1},
    "three": {"inputs": 3},
    "named": {"names": ("segments", "mask_in", "words"), "output": "Identity"},
    "score": {"output": "class_scores", "int32": True},
    "extra": {"extra": True},
    "batch": {"batch": 2},
    "t16": {"length": 16},
    "t64": {"length": 64},
    "t128": {"length": 128},
    "dynamic": {"length": None},
    "turned": {"turned": True},
    "mask2048": {"mask2048": True},
    "inf": {"inf": True},
    "softmax": {"probabilities": "softmax"},
    "sigmoid": {"probabilities": "sigmoid"},
    "heads": {"by_head": True},
}


def tensors_of(folder):
    """Every tensor of a folder in float32; numpy has no bfloat16, so the file is read by hand."""
    tensors = {}
    for file in sorted(os.listdir(folder)):
        if not (file.startswith("model") and file.endswith(".safetensors")):
            continue
        with open(os.path.join(folder, file), "rb") as f:
            header = json.loads(f.read(int.from_bytes(f.read(8), "little")))
            data = f.read()
        for name, entry in header.items():
            if name == "__metadata__":
                continue
            raw = data[slice(*entry["data_offsets"])]
            if entry["dtype"] == "BF16":
                wide = np.frombuffer(raw, "<u2").astype(np.uint32) << 16
                numbers = wide.view(np.float32)
            else:
                kind = {"F32": "<f4", "F16": "<f2", "F64": "<f8", "I64": "<i8"}[entry["dtype"]]
                numbers = np.frombuffer(raw, kind).astype(np.float32)
            tensors[name] = numbers.reshape(entry["shape"]).copy()
    return tensors


def activation(name, x):
    if name in ("silu", "swish"):
        return x * tf.sigmoid(x)
    if name == "gelu":
        return 0.5 * x * (1 + tf.math.erf(x / math.sqrt(2)))
    if name in ("gelu_new", "gelu_pytorch_tanh"):
        return 0.5 * x * (1 + tf.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x)))
    if name == "quick_gelu":
        return x * tf.sigmoid(1.702 * x)
    return {"relu": tf.nn.relu, "tanh": tf.tanh, "linear": tf.identity}[name](x)


class Writer:
    """One model with one fault in one form."""

    def __init__(self, config, tensors, form, fault):
        self.c = config
        self.w = tensors
        self.form = form
        self.fault = fault
        self.length = form.get("length", 48)

    def key(self, name, default=None):
        value = self.c.get(name)
        return default if value is None else value

    def number(self, name, default):
        """A number of config.json, or what the fault makes of it."""
        return self.fault.get(name, self.key(name, default))

    def linear(self, x, name):
        return self.product(x, self.w[name + ".weight"], self.bias(name))

    def bias(self, name):
        dropped = self.fault.get("bias_dropped")
        return None if dropped and re.search(dropped, name) else self.w.get(name + ".bias")

    def product(self, x, weight, bias=None):
        if self.form.get("turned"):
            y = tf.einsum("btd,od->bto", x, tf.constant(weight))
        else:
            y = tf.matmul(x, tf.constant(np.ascontiguousarray(weight.T)))
        return y if bias is None else y + tf.constant(bias)

    def hidden(self):
        """-inf or a large negative number, as masks have it."""
        return -math.inf if self.form.get("inf") else -1e9

    def seen(self, mask, t, causal, window=None):
        """[b, 1, t, t] or [b, 1, 1, t]: 0 where a key is seen."""
        key = mask[:, None, None, :]
        if self.fault.get("attention_mask"):
            key = tf.ones_like(key)
        if self.fault.get("causal_mask"):
            causal = not causal
        size = 2048 if self.form.get("mask2048") else self.length or 64
        allowed = None
        i, j = np.arange(size)[:, None], np.arange(size)[None, :]
        if causal:
            allowed = j <= i
            if window:
                allowed &= i - j < window
        elif window:
            allowed = np.abs(i - j) <= window // 2
        if allowed is not None:
            if self.form.get("inf"):
                allowed = tf.constant(allowed)[None, None, :t, :t]
                see = tf.logical_and(allowed, key > 0.5)
                return tf.where(see, 0.0, self.hidden())
            table = np.where(allowed, 0, -1e9).astype(np.float32)
            return (1 - key) * -1e9 + tf.constant(table)[None, None, :t, :t]
        if self.form.get("inf"):
            return tf.where(key > 0.5, 0.0, self.hidden())
        return (1 - key) * -1e9

    def attention(self, q, k, v, mask, scale, cap=None):
        """[b, heads, t, e]; keys and values may have fewer heads."""
        group = q.shape[1] // k.shape[1]
        if group > 1:
            k, v = tf.repeat(k, group, axis=1), tf.repeat(v, group, axis=1)
        scores = tf.matmul(q, k, transpose_b=True) * scale
        if cap:
            scores = tf.tanh(scores / cap) * cap
        return tf.matmul(tf.nn.softmax(scores + mask, axis=-1), v)

    def split(self, x, heads, width):
        return tf.transpose(tf.reshape(x, [tf.shape(x)[0], -1, heads, width]), [0, 2, 1, 3])

    def join(self, x, width):
        return tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [tf.shape(x)[0], -1, width])

    def tables(self, theta, width, scaling=None):
        """cos and sin, [t, width]."""
        frequencies = 1 / theta ** (np.arange(0, width, 2) / width)
        kind = (scaling or {}).get("rope_type", (scaling or {}).get("type", "default"))
        if kind == "linear":
            frequencies = frequencies / scaling["factor"]
        if kind == "llama3":
            wave = 2 * math.pi / frequencies
            low, high = scaling["low_freq_factor"], scaling["high_freq_factor"]
            old = scaling["original_max_position_embeddings"]
            smooth = np.clip((old / wave - low) / (high - low), 0, 1)
            frequencies = (1 - smooth) * frequencies / scaling["factor"] + smooth * frequencies
        angles = np.arange(self.length or 64)[:, None] * frequencies[None, :]
        twice = np.concatenate([angles, angles], -1)
        return np.cos(twice).astype(np.float32), np.sin(twice).astype(np.float32)

    def rotate(self, x, tables, t):
        cos, sin = (tf.constant(table)[:t] for table in tables)
        width = tables[0].shape[1]
        turned, rest = x[..., :width], x[..., width:]
        half = width // 2
        if self.fault.get("rotary_pairing"):
            pairs = np.arange(width).reshape(half, 2).T.reshape(-1)
            there, back = pairs, np.argsort(pairs)
            if self.fault["rotary_pairing"] == "twice":
                there, back = back, there
            turned = tf.gather(turned, there, axis=-1)
        swapped = tf.concat([-turned[..., half:], turned[..., :half]], -1)
        turned = turned * cos + swapped * sin
        if self.fault.get("rotary_pairing"):
            turned = tf.gather(turned, back, axis=-1)
        return tf.concat([turned, rest], -1) if rest.shape[-1] else turned


class Decoder(Writer):
    def __init__(self, *args):
        super().__init__(*args)
        self.kind = self.c["model_type"]
        self.gemma = self.kind.startswith("gemma")
        self.heads = self.c["num_attention_heads"]
        self.shared = self.key("num_key_value_heads", self.heads)
        self.width = self.key("head_dim", self.c["hidden_size"] // self.heads)
        self.root = "model." if "model.norm.weight" in self.w else ""
        parameters = self.key("rope_parameters", {})
        self.parameters = parameters
        self.scaling = self.key("rope_scaling") or (parameters if "rope_type" in parameters else None)
        if "rope_scaling" in self.fault:
            self.scaling = self.fault["rope_scaling"]

    def norm(self, x, name):
        weight = self.w[name + ".weight"]
        if self.fault.get("norm_missing") and re.search(self.fault["norm_missing"], name):
            return x
        offset = 1.0 if self.gemma else 0.0
        offset += self.fault.get("norm_weight_offset", 0)
        if self.fault.get("norm_kind"):
            x = x - tf.reduce_mean(x, -1, keepdims=True)
        mean = tf.reduce_mean(x * x, -1, keepdims=True)
        return x * tf.math.rsqrt(mean + self.number("rms_norm_eps", 1e-6)) * tf.constant(weight + offset)

    def theta(self, layer):
        if self.kind == "gemma3_text":
            kinds = self.key("layer_types", [])
            kind = kinds[layer] if kinds else "full_attention"
            if "full_attention" in self.parameters:
                return self.fault.get("rope_theta", self.parameters[kind]["rope_theta"])
            if kind == "sliding_attention":
                return self.number("rope_local_base_freq", 10000.0)
        return self.fault.get("rope_theta", self.key("rope_theta", self.parameters.get("rope_theta", 10000.0)))

    def window(self, layer):
        window = self.number("sliding_window", None)
        if not window:
            return None
        if self.kind == "gemma2":
            return window if layer % 2 == 0 else None
        if self.kind == "gemma3_text":
            return window if self.c["layer_types"][layer] == "sliding_attention" else None
        if self.kind in ("qwen2", "qwen3", "smollm3") and not self.key("use_sliding_window", False):
            return None
        return window

    def qkv(self, x, base):
        w = self.w
        q, kv = self.heads * self.width, self.shared * self.width
        if base + ".qkv_proj.weight" in w:
            parts = np.split(w[base + ".qkv_proj.weight"], [q, q + kv])
            biases = [None] * 3
        else:
            parts = [w[f"{base}.{p}_proj.weight"] for p in "qkv"]
            biases = [self.bias(f"{base}.{p}_proj") for p in "qkv"]
        if self.fault.get("qkv_row_order") or self.form.get("fused"):
            # One projection; queries, keys and values of a key/value head side by side.
            group = self.heads // self.shared
            e = self.width

            def interleaved(q, k, v):
                rows = []
                for i in range(self.shared):
                    rows += [q[i * group * e : (i + 1) * group * e], k[i * e : (i + 1) * e]]
                    rows += [v[i * e : (i + 1) * e]]
                return np.concatenate(rows)

            wrong = self.fault.get("qkv_row_order")
            together = np.concatenate if wrong else lambda p: interleaved(*p)
            bias = None if biases[0] is None else together(biases)
            y = self.product(x, together(parts), bias)
            y = tf.reshape(y, [tf.shape(y)[0], -1, self.shared, (group + 2) * e])
            qs = tf.reshape(y[..., : group * e], [tf.shape(y)[0], -1, self.heads, e])
            all_of = [qs, y[..., group * e : (group + 1) * e], y[..., (group + 1) * e :]]
            return [tf.transpose(p, [0, 2, 1, 3]) for p in all_of]
        if self.form.get("by_head"):
            # An einsum straight to heads, as Flax and Keras have it.
            found = []
            for part, bias, n in zip(parts, biases, (self.heads, self.shared, self.shared)):
                weight = part.reshape(n, self.width, -1).transpose(2, 0, 1).copy()
                y = tf.einsum("btd,dne->btne", x, tf.constant(weight))
                y = y if bias is None else y + bias.reshape(n, self.width)
                found.append(tf.transpose(y, [0, 2, 1, 3]))
            return found
        found = [self.product(x, part, bias) for part, bias in zip(parts, biases)]
        counts = (self.heads, self.shared, self.shared)
        return [self.split(y, n, self.width) for y, n in zip(found, counts)]

    def layer(self, x, mask, t, i):
        base = f"{self.root}layers.{i}"
        eps_in = self.norm(x, base + ".input_layernorm")
        q, k, v = self.qkv(eps_in, base + ".self_attn")
        if base + ".self_attn.q_norm.weight" in self.w and not self.fault.get("qk_norm"):
            q = self.norm(q, base + ".self_attn.q_norm")
            k = self.norm(k, base + ".self_attn.k_norm")
        turns = self.key("no_rope_layers", [1] * 100)[i] or self.fault.get("no_rope_layers")
        if turns:
            part = self.number("partial_rotary_factor", 1.0)
            width = int(self.width * part)
            tables = self.tables(self.theta(i), width, self.scaling)
            q, k = self.rotate(q, tables, t), self.rotate(k, tables, t)
        scale = 1 / math.sqrt(self.number("query_pre_attn_scalar", self.width))
        scale = self.number("attention_multiplier", scale) * self.fault.get("attention_scale", 1)
        cap = self.number("attn_logit_softcapping", None)
        if self.fault.get("tiled"):
            group = self.heads // self.shared
            k, v = tf.tile(k, [1, group, 1, 1]), tf.tile(v, [1, group, 1, 1])
        seen = self.seen(mask, t, True, self.window(i))
        mixed = self.join(self.attention(q, k, v, seen, scale, cap), self.heads * self.width)
        y = self.linear(mixed, base + ".self_attn.o_proj")
        factor = self.number("residual_multiplier", 1.0)
        doubled = self.kind in ("gemma2", "gemma3_text")
        if doubled:
            y = self.norm(y, base + ".post_attention_layernorm")
        x = x + (y * factor if factor != 1 else y)
        name = ".pre_feedforward_layernorm" if doubled else ".post_attention_layernorm"
        h = self.norm(x, base + name)
        if base + ".mlp.gate_up_proj.weight" in self.w:
            gate, up = np.split(self.w[base + ".mlp.gate_up_proj.weight"], 2)
            gate, up = self.product(h, gate), self.product(h, up)
        else:
            gate, up = self.linear(h, base + ".mlp.gate_proj"), self.linear(h, base + ".mlp.up_proj")
        if self.fault.get("gate_up_swapped"):
            gate, up = up, gate
        own = self.key("hidden_activation", self.key("hidden_act", "gelu_pytorch_tanh" if self.gemma else "silu"))
        if self.kind == "gemma":
            own = "gelu_pytorch_tanh"
        y = self.linear(activation(self.fault.get("hidden_act", own), gate) * up, base + ".mlp.down_proj")
        if doubled:
            y = self.norm(y, base + ".post_feedforward_layernorm")
        return x + (y * factor if factor != 1 else y)

    def forward(self, ids, mask, types):
        t = self.length or tf.shape(ids)[1]
        x = tf.gather(tf.constant(self.w[self.root + "embed_tokens.weight"]), ids)
        scale = math.sqrt(self.c["hidden_size"]) if self.gemma else 1.0
        scale = self.number("embedding_multiplier", scale) * self.fault.get("embedding_scale", 1.0)
        if scale != 1:
            x = x * scale
        states = [x]
        for i in range(self.c["num_hidden_layers"] - self.fault.get("num_hidden_layers", 0)):
            x = self.layer(x, mask, t, i)
            states.append(x)
        x = self.norm(x, self.root + "norm")
        pool = self.fault.get("pooling")
        if pool == "very last":
            x = x[:, -1]
        elif pool == "first":
            x = x[:, 0]
        elif pool == "mean" or "score.weight" not in self.w:
            x = tf.reduce_sum(x * mask[..., None], 1) / tf.reduce_sum(mask, 1)[:, None]
        else:
            last = tf.cast(tf.reduce_sum(mask, 1) - 1, tf.int32)
            x = tf.gather(x, last, axis=1, batch_dims=1)
        if "score.weight" in self.w:
            head = self.w["score.weight"]
            if self.fault.get("label_order"):
                head = head[::-1]
            x = tf.matmul(x, tf.constant(np.ascontiguousarray(head.T)))
        return x, states


class Encoder(Writer):
    def __init__(self, *args):
        super().__init__(*args)
        self.kind = self.c["model_type"]
        self.size = self.key("hidden_size", self.c.get("dim"))
        self.heads = self.key("num_attention_heads", self.c.get("n_heads"))
        self.layers = self.key("num_hidden_layers", self.c.get("n_layers"))
        self.root = "model" if self.kind == "modernbert" else self.kind.removeprefix("xlm-")

    def norm(self, x, name):
        if self.fault.get("norm_missing") and re.search(self.fault["norm_missing"], name):
            return x
        mean = tf.reduce_mean(x, -1, keepdims=True)
        centred = x - mean
        variance = tf.reduce_mean(centred * centred, -1, keepdims=True)
        eps = self.key("layer_norm_eps", self.key("norm_eps", 1e-12))
        y = centred * tf.math.rsqrt(variance + self.fault.get("layer_norm_eps", eps))
        y = y * tf.constant(self.w[name + ".weight"])
        bias = self.w.get(name + ".bias")
        return y if bias is None else y + tf.constant(bias)

    def positions(self, ids, t):
        table = self.w[self.root + ".embeddings.position_embeddings.weight"]
        shift = self.fault.get("position_offset", 0)
        if self.kind.endswith("roberta"):
            # As re-authored models have it: counted from the pad token on, padding or not.
            shift += self.c["pad_token_id"] + 1
        if self.length is None:
            return tf.constant(table)[shift : shift + t] if shift >= 0 else None
        rows = np.clip(np.arange(self.length) + shift, 0, table.shape[0] - 1)
        return tf.constant(table[rows])

    def embeddings(self, ids, types, t):
        e = self.root + ".embeddings."
        x = tf.gather(tf.constant(self.w[e + "word_embeddings.weight"]), ids) + self.positions(ids, t)
        table = self.w.get(e + "token_type_embeddings.weight")
        if table is not None and not self.fault.get("token_types"):
            x = x + (tf.constant(table[0]) if types is None else tf.gather(tf.constant(table), types))
        return self.norm(x, e + "LayerNorm")

    def names(self, i):
        if self.kind == "distilbert":
            b = f"distilbert.transformer.layer.{i}."
            return [b + n for n in ("attention.q_lin", "attention.k_lin", "attention.v_lin", "attention.out_lin", "sa_layer_norm", "ffn.lin1", "ffn.lin2", "output_layer_norm")]
        b = f"{self.root}.encoder.layer.{i}."
        return [b + n for n in ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense", "attention.output.LayerNorm", "intermediate.dense", "output.dense", "output.LayerNorm")]

    def layer(self, x, seen, i):
        q, k, v, o, first, up, down, second = self.names(i)
        e = self.size // self.heads
        if self.form.get("fused"):
            weight = np.concatenate([self.w[n + ".weight"] for n in (q, k, v)])
            bias = np.concatenate([self.w[n + ".bias"] for n in (q, k, v)])
            parts = tf.split(self.product(x, weight, bias), 3, axis=-1)
        else:
            parts = [self.linear(x, n) for n in (q, k, v)]
        parts = [self.split(p, self.heads, e) for p in parts]
        scale = self.fault.get("attention_scale", 1) / math.sqrt(e)
        mixed = self.join(self.attention(*parts, seen, scale), self.size)
        x = self.norm(x + self.linear(mixed, o), first)
        act = self.fault.get("hidden_act", self.key("hidden_act", self.key("activation", "gelu")))
        return self.norm(x + self.linear(activation(act, self.linear(x, up)), down), second)

    def head(self, x, mask):
        pool = self.fault.get("pooling")
        vector = x[:, 0]
        if pool == "mean":
            vector = tf.reduce_sum(x * mask[..., None], 1) / tf.reduce_sum(mask, 1)[:, None]
        vector = vector[:, None]
        dense, function, out = {
            "bert": ("bert.pooler.dense", "tanh", "classifier"),
            "roberta": ("classifier.dense", "tanh", "classifier.out_proj"),
            "xlm-roberta": ("classifier.dense", "tanh", "classifier.out_proj"),
            "electra": ("classifier.dense", "gelu", "classifier.out_proj"),
            "distilbert": ("pre_classifier", "relu", "classifier"),
        }[self.kind]
        if pool != "no dense":
            vector = activation(self.fault.get("head_activation", function), self.linear(vector, dense))
        return self.labels(vector, out)

    def labels(self, vector, out):
        weight, bias = self.w[out + ".weight"], self.bias(out)
        if self.fault.get("label_order"):
            weight, bias = weight[::-1], bias[::-1]
        return self.product(vector, weight, bias)[:, 0]

    def forward(self, ids, mask, types):
        t = self.length or tf.shape(ids)[1]
        x = self.embeddings(ids, types, t)
        states = [x]
        seen = self.seen(mask, t, False)
        for i in range(self.layers - self.fault.get("num_hidden_layers", 0)):
            x = self.layer(x, seen, i)
            states.append(x)
        return self.head(x, mask), states


class ModernBert(Encoder):
    def forward(self, ids, mask, types):
        t = self.length or tf.shape(ids)[1]
        x = tf.gather(tf.constant(self.w["model.embeddings.tok_embeddings.weight"]), ids)
        x = self.norm(x, "model.embeddings.norm")
        e = self.size // self.heads
        for i in range(self.layers - self.fault.get("num_hidden_layers", 0)):
            b = f"model.layers.{i}."
            every = self.number("global_attn_every_n_layers", 3)
            far = i % every == 0
            h = self.norm(x, b + "attn_norm") if i else x
            y = self.linear(h, b + "attn.Wqkv")
            parts = [self.split(p, self.heads, e) for p in tf.split(y, 3, axis=-1)]
            theta = self.number("global_rope_theta" if far else "local_rope_theta", 10000.0)
            tables = self.tables(theta, e)
            q, k = (self.rotate(p, tables, t) for p in parts[:2])
            window = None if far else self.number("local_attention", 128)
            seen = self.seen(mask, t, False, window)
            scale = self.fault.get("attention_scale", 1) / math.sqrt(e)
            mixed = self.join(self.attention(q, k, parts[2], seen, scale), self.size)
            x = x + self.linear(mixed, b + "attn.Wo")
            both = self.linear(self.norm(x, b + "mlp_norm"), b + "mlp.Wi")
            gate, up = tf.split(both, 2, axis=-1)
            if self.fault.get("gate_up_swapped"):
                gate, up = up, gate
            act = self.fault.get("hidden_act", self.c["hidden_activation"])
            x = x + self.linear(activation(act, gate) * up, b + "mlp.Wo")
        x = self.norm(x, "model.final_norm")
        vector = x[:, 0]
        if (self.c["classifier_pooling"] == "mean") != (self.fault.get("pooling") is not None):
            vector = tf.reduce_sum(x * mask[..., None], 1) / tf.reduce_sum(mask, 1)[:, None]
        act = self.fault.get("head_activation", self.key("classifier_activation", "gelu"))
        h = self.norm(activation(act, self.linear(vector[:, None], "head.dense")), "head.norm")
        return self.labels(h, "classifier"), [x]


def faults(config, tensors):
    """What a tool can get wrong with this checkpoint, by the name under which it is found."""
    kind = config["model_type"]
    common = {"good": {}, "attention_mask": {"attention_mask": True}, "attention_scale": {"attention_scale": 1.4},
              "label_order": {"label_order": True}, "num_hidden_layers": {"num_hidden_layers": 1}}
    if kind in ENCODERS:
        eps = "norm_eps" if kind == "modernbert" else "layer_norm_eps"
        found = dict(common)
        found.update({
            eps: {"layer_norm_eps": 0.02},
            "hidden_act": {"hidden_act": "gelu_new" if kind != "modernbert" else "silu"},
            "hidden_act~relu": {"hidden_act": "relu"},
            "pooling": {"pooling": "mean"}, "causal_mask": {"causal_mask": True},
            "head_activation": {"head_activation": "relu" if kind != "distilbert" else "tanh"},
            "bias_dropped": {"bias_dropped": r"query|key|value|_lin"},
        })
        if kind == "modernbert":
            found.update({
                "global_rope_theta": {"global_rope_theta": 10000.0}, "local_rope_theta": {"local_rope_theta": 160000.0},
                "local_attention": {"local_attention": 8}, "global_attn_every_n_layers": {"global_attn_every_n_layers": 2},
                "gate_up_swapped": {"gate_up_swapped": True}, "rotary_pairing": {"rotary_pairing": True},
            })
            del found["bias_dropped"]
        else:
            found.update({"pooling~dense": {"pooling": "no dense"}, "position_offset": {"position_offset": -2 if kind.endswith("roberta") else 2}})
            if kind != "distilbert":
                found["token_types"] = {"token_types": True}
        if kind == "distilbert":
            del found[eps]
            found["layer_norm_eps~fixed"] = {"layer_norm_eps": 0.02}
            found["hidden_act"] = {"hidden_act": "gelu_new"}
        return found
    theta = config.get("rope_theta") or config.get("rope_parameters", {}).get("rope_theta", 10000.0)
    gemma = kind.startswith("gemma")
    found = dict(common)
    del found["attention_mask"]
    found.update({
        "rope_theta": {"rope_theta": 10000.0 if theta != 10000.0 else 500000.0},
        "rope_theta~odd": {"rope_theta": 34567.0},
        "rms_norm_eps": {"rms_norm_eps": 0.02}, "rms_norm_eps~small": {"rms_norm_eps": 0.001},
        "hidden_act": {"hidden_act": "gelu" if not gemma else "silu"},
        "hidden_act~near": {"hidden_act": "quick_gelu" if not gemma else "gelu"},
        "gate_up_swapped": {"gate_up_swapped": True}, "pooling": {"pooling": "very last"},
        "pooling~mean": {"pooling": "mean"}, "pooling~first": {"pooling": "first"},
        "qkv_row_order": {"qkv_row_order": True}, "rotary_pairing": {"rotary_pairing": True},
        "causal_mask": {"causal_mask": True}, "norm_weight_offset": {"norm_weight_offset": -1.0 if gemma else 1.0},
        "embedding_scale": {"embedding_scale": 1 / math.sqrt(config["hidden_size"]) if gemma else math.sqrt(config["hidden_size"])},
        "norm_missing": {"norm_missing": "post_attention_layernorm"},
        "norm_missing~first": {"norm_missing": "input_layernorm"},
        "norm_missing~last": {"norm_missing": r"(^|\.)norm$"},
        "norm_kind": {"norm_kind": "mean subtracted"},
        "partial_rotary_factor": {"partial_rotary_factor": 0.5},
        "rotary_pairing~twice": {"rotary_pairing": "twice"},
        "hidden_act~tanh": {"hidden_act": "gelu_new" if not gemma else "relu"},
        "head_missing": {"weights": "head"},
        "torch_dtype": {"weights": "bf16"},
        "weights~trained": {"weights": "trained"}, "weights~one": {"weights": "one"},
        "weights~layers": {"weights": "layers"}, "weights~seed": {"weights": "seed"},
        "rope_theta+rms_norm_eps": {"rope_theta": 43210.0, "rms_norm_eps": 0.0137},
        "rope_theta+hidden_act": {"rope_theta": 43210.0, "hidden_act": "gelu" if not gemma else "silu"},
        "attention_scale+rms_norm_eps": {"attention_scale": 1.31, "rms_norm_eps": 0.0137},
        "rope_theta+attention_scale": {"rope_theta": 43210.0, "attention_scale": 1.31},
        "gate_up_swapped+rope_theta": {"gate_up_swapped": True, "rope_theta": 43210.0},
        "pooling+rope_theta": {"pooling": "mean", "rope_theta": 43210.0},
        "qkv_row_order+rms_norm_eps": {"qkv_row_order": True, "rms_norm_eps": 0.0137},
        "sliding_window+rope_theta": {"sliding_window": 8, "rope_theta": 43210.0},
    })
    if config.get("num_key_value_heads") == 1:
        del found["qkv_row_order"]  # of one head for all, both orders are the same
    if config.get("num_key_value_heads", config["num_attention_heads"]) not in (1, config["num_attention_heads"]):
        found["qkv_row_order~tiled"] = {"tiled": True}
    if any("q_norm" in n for n in tensors):
        found["qk_norm"] = {"qk_norm": True}
    if any(n.endswith("q_proj.bias") for n in tensors):
        found["bias_dropped"] = {"bias_dropped": "[qkv]_proj"}
    if any(n.endswith("up_proj.bias") for n in tensors):
        found["mlp_bias"] = {"bias_dropped": "(gate|up|down)_proj"}
        found["attention_bias"] = {"bias_dropped": "[qkvo]_proj"}
        del found["bias_dropped"]
    if config.get("attn_logit_softcapping"):
        found["attn_logit_softcapping"] = {"attn_logit_softcapping": 0}
        found["attn_logit_softcapping~50"] = {"attn_logit_softcapping": 3.3}
    if kind in ("gemma2", "gemma3_text"):
        found["query_pre_attn_scalar"] = {"query_pre_attn_scalar": 37}
        found["sliding_window"] = {"sliding_window": 0}
        found["sliding_window~half"] = {"sliding_window": config["sliding_window"] // 2}
        del found["attention_scale"]
        found["query_pre_attn_scalar+rms_norm_eps"] = {"query_pre_attn_scalar": 37, "rms_norm_eps": 0.0137}
        found["pooling+sliding_window"] = {"pooling": "mean", "sliding_window": 8}
        for name in [n for n in found if "attention_scale" in n]:
            del found[name]
    if config.get("attn_logit_softcapping"):
        found["attn_logit_softcapping+query_pre_attn_scalar"] = {"attn_logit_softcapping": 3.3, "query_pre_attn_scalar": 37}
        found["attn_logit_softcapping+rms_norm_eps"] = {"attn_logit_softcapping": 3.3, "rms_norm_eps": 0.0137}
    if kind == "gemma3_text":
        del found["rope_theta~odd"]
    if kind in ("llama", "smollm3") and (config.get("rope_scaling") or {}):
        found["rope_scaling"] = {"rope_scaling": None}
    if kind in ("llama", "qwen2", "mistral") and not config.get("rope_scaling"):
        found["rope_scaling~linear"] = {"rope_scaling": {"rope_type": "linear", "factor": 4.0}}
        found["rope_scaling~llama3"] = {"rope_scaling": {
            "rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
            "original_max_position_embeddings": 8192}}
        found["sliding_window~8"] = {"sliding_window": 8}
    if kind == "smollm3":
        found["no_rope_layers"] = {"no_rope_layers": True}
    if kind == "granite":
        for key in ("embedding_multiplier", "residual_multiplier"):
            found[key] = {key: 1.0}
        found["attention_multiplier"] = {"attention_multiplier": 1 / math.sqrt(8)}
        for name in ("attention_scale", "embedding_scale", "pooling", "pooling~mean", "label_order"):
            del found[name]
    return found


def changed(tensors, how):
    """Other weights: of a training step behind, of another training, or through bfloat16."""
    if how is None:
        return tensors
    random = np.random.default_rng(11)
    out = dict(tensors)
    matrices = [n for n, t in tensors.items() if t.ndim == 2 and "layers." in n]
    heads = [n for n in ("score.weight", "classifier.weight", "classifier.out_proj.weight") if n in tensors]
    which = {"head": heads, "bf16": list(tensors), "trained": matrices, "one": matrices[3:4], "seed": matrices}.get(how)
    if how == "layers":  # the first two exchanged
        for name in tensors:
            for one, other in (("layers.0.", "layers.1."), ("layers.1.", "layers.0.")):
                if one in name:
                    out[name] = tensors[name.replace(one, other)]
        return out
    for name in which:
        t = tensors[name]
        if how == "bf16":
            bits = t.view(np.uint32)
            rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000
            out[name] = rounded.astype(np.uint32).view(np.float32)
        else:
            noise = (random.standard_normal(t.shape) * t.std()).astype(np.float32)
            out[name] = t + 0.05 * noise if how == "trained" else noise
    return out


def written(config, tensors, form, fault, quant):
    tensors = changed(tensors, fault.get("weights"))
    kinds = {"modernbert": ModernBert}
    kind = config["model_type"]
    writer = kinds.get(kind, Encoder if kind in ENCODERS else Decoder)(config, tensors, form, fault)
    count = form.get("inputs", 2)
    typed = count == 3
    integer = tf.int32 if form.get("int32") else tf.int64
    names = ["args_0", "args_1", "args_2"]
    shape = [form.get("batch", 1), writer.length]

    def answer(ids, mask, types):
        ids = tf.cast(ids, tf.int32)
        seen = tf.cast(tf.not_equal(ids, config["pad_token_id"]) if mask is None else mask, tf.float32)
        numbers, states = writer.forward(ids, seen, types)
        if form.get("probabilities") == "softmax":
            numbers = tf.nn.softmax(numbers)
        if form.get("probabilities") == "sigmoid":
            numbers = tf.sigmoid(numbers)
        outputs = {form.get("output", "logits"): numbers}
        if form.get("extra"):
            outputs = {"out_a": tf.nn.softmax(numbers), "out_b": states[-1], "out_c": numbers, "out_d": states[0]}
        return outputs

    spec = tf.TensorSpec(shape, integer)
    if form.get("names"):
        _, mask_name, ids_name = form["names"]
        module = tf.Module()
        module.f = tf.function(
            lambda mask, words: answer(words, mask, None),
            input_signature=[tf.TensorSpec(shape, integer, mask_name), tf.TensorSpec(shape, integer, ids_name)])
    else:
        module = tf.Module()
        specs = [tf.TensorSpec(shape, integer, name) for name in names[:count]]
        if count == 1:
            module.f = tf.function(lambda ids: answer(ids, None, None), input_signature=specs)
        elif typed:
            module.f = tf.function(answer, input_signature=specs)
        else:
            module.f = tf.function(lambda ids, mask: answer(ids, mask, None), input_signature=specs)
    converter = tf.lite.TFLiteConverter.from_concrete_functions([module.f.get_concrete_function()], module)
    if quant != "f32":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if quant == "f16":
        converter.target_spec.supported_types = [tf.float16]
    return converter.convert()


def main(folder, out, pattern=""):
    config, tensors = json.load(open(os.path.join(folder, "config.json"))), tensors_of(folder)
    os.makedirs(out, exist_ok=True)
    for form_name, form in FORMS.items():
        if form_name == "fused" and config["model_type"] == "modernbert":
            continue
        for fault_name, fault in faults(config, tensors).items():
            for quant in ("f32", "f16", "int8"):
                name = f"{form_name}-{fault_name}.{quant}"
                path = os.path.join(out, name + ".tflite")
                if re.search(pattern, name) and not os.path.exists(path):
                    with open(path, "wb") as f:
                        f.write(written(config, tensors, form, fault, quant))
                    print(os.path.basename(folder), name, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
