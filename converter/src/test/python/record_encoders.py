#!/usr/bin/env python3
"""Records what original Hugging Face classes answer: small random checkpoints for cases/NAME.

usage: record_encoders.py OUT [NAME...]     needs torch, and transformers 5.18; nothing in the build does

Each OUT/NAME has config.json and model.safetensors as save_pretrained writes them, expected.json (inputs, outputs in
f32, the noise against the same model in f64), meta.json, and hidden_states.safetensors of the text len16. Weights are
random, by the case's name, and scaled so that a wrong setting shows.
"""
import json
import os
import sys
import warnings
import zlib

import numpy as np
import torch
import transformers as tr
from safetensors.torch import save_file

warnings.filterwarnings("ignore")
tr.logging.set_verbosity_error()
torch.set_num_threads(1)
torch.set_grad_enabled(False)

VOCABULARY = 160
ENCODER = dict(vocab_size=VOCABULARY, hidden_size=32, num_hidden_layers=3, num_attention_heads=4, intermediate_size=48,
               max_position_embeddings=66)
DECODER = dict(vocab_size=VOCABULARY, hidden_size=32, num_hidden_layers=3, num_attention_heads=4, num_key_value_heads=2,
               intermediate_size=48, max_position_embeddings=64, pad_token_id=2, bos_token_id=0, eos_token_id=1)
SEQ2SEQ = dict(vocab_size=VOCABULARY, d_model=32, encoder_layers=2, decoder_layers=3, encoder_attention_heads=4,
               decoder_attention_heads=2, encoder_ffn_dim=48, decoder_ffn_dim=40, max_position_embeddings=64)
T5 = dict(vocab_size=VOCABULARY, d_model=32, d_kv=8, d_ff=48, num_layers=3, num_heads=4)
XLM = dict(vocab_size=VOCABULARY, emb_dim=32, n_layers=2, n_heads=4, max_position_embeddings=64, pad_token_id=2)
THREE = dict(num_labels=3)
SLIDING = dict(layer_types=["sliding_attention", "full_attention", "sliding_attention"])

CASES = {  # name: (class, config class, settings)
    "mpnet-tokencls": ("MPNetForTokenClassification", "MPNetConfig", {**ENCODER, **THREE}),
    "mpnet-seqcls-gelu_new": ("MPNetForSequenceClassification", "MPNetConfig",
                              {**ENCODER, "num_labels": 2, "hidden_act": "gelu_new", "layer_norm_eps": 1e-5}),
    "llama-model-not-causal": ("LlamaModel", "LlamaConfig", {**DECODER, "is_causal": False}),
    "mistral-model-not-causal": ("MistralModel", "MistralConfig",
                                 {**DECODER, "is_causal": False, "sliding_window": 5}),
    "qwen2-model-not-causal": ("Qwen2Model", "Qwen2Config",
                               {**DECODER, **SLIDING, "is_causal": False, "use_sliding_window": True,
                                "sliding_window": 6}),
    "qwen3-seqcls-not-causal": ("Qwen3ForSequenceClassification", "Qwen3Config",
                                {**DECODER, **THREE, "head_dim": 8, "is_causal": False}),
    "gemma3-text-model-both-ways": ("Gemma3TextModel", "Gemma3TextConfig",
                                    {**DECODER, **SLIDING, "head_dim": 8, "query_pre_attn_scalar": 16,
                                     "sliding_window": 7, "use_bidirectional_attention": True}),
    "gemma3-text-model-not-causal": ("Gemma3TextModel", "Gemma3TextConfig",
                                     {**DECODER, **SLIDING, "head_dim": 8, "sliding_window": 8, "is_causal": False,
                                      "use_bidirectional_attention": True}),
    "nomic-bert-tokencls": ("NomicBertForTokenClassification", "NomicBertConfig", {**ENCODER, **THREE}),
    "nomic-bert-model-yarn": ("NomicBertModel", "NomicBertConfig",
                              {**ENCODER, "hidden_act": "gelu", "head_dim": 12, "type_vocab_size": 1,
                               "rope_parameters": {"rope_type": "yarn", "rope_theta": 500.0, "factor": 4.0,
                                                   "original_max_position_embeddings": 16}}),
    "gte-tokencls": ("GteForTokenClassification", "GteConfig", {**ENCODER, **THREE, "type_vocab_size": 2}),
    "gte-model-without-types": ("GteModel", "GteConfig", {**ENCODER, "type_vocab_size": 0, "hidden_act": "gelu_new"}),
    "jina-v3-seqcls": ("JinaEmbeddingsV3ForSequenceClassification", "JinaEmbeddingsV3Config", {**ENCODER, **THREE}),
    "jina-v3-tokencls": ("JinaEmbeddingsV3ForTokenClassification", "JinaEmbeddingsV3Config",
                         {**ENCODER, **THREE, "type_vocab_size": 2}),
    "eurobert-seqcls-bos": ("EuroBertForSequenceClassification", "EuroBertConfig",
                            {**DECODER, **THREE, "classifier_pooling": "bos", "mlp_bias": True}),
    "eurobert-seqcls-mean": ("EuroBertForSequenceClassification", "EuroBertConfig",
                             {**DECODER, **THREE, "classifier_pooling": "mean", "attention_bias": True}),
    "bart-seqcls-scaled": ("BartForSequenceClassification", "BartConfig",
                           {**SEQ2SEQ, "num_labels": 2, "scale_embedding": True, "activation_function": "relu"}),
    "bart-model": ("BartModel", "BartConfig", SEQ2SEQ),
    "mbart-model": ("MBartModel", "MBartConfig", SEQ2SEQ),
    "mbart-seqcls": ("MBartForSequenceClassification", "MBartConfig", {**SEQ2SEQ, **THREE, "scale_embedding": True}),
    "mbart-seqcls-eos": ("MBartForSequenceClassification", "MBartConfig",
                         {**SEQ2SEQ, **THREE, "eos_token_id": 4, "decoder_start_token_id": 5}),
    "t5-encoder-gated": ("T5EncoderModel", "T5Config",
                         {**T5, "feed_forward_proj": "gated-gelu", "relative_attention_num_buckets": 12,
                          "relative_attention_max_distance": 20, "layer_norm_epsilon": 1e-4}),
    "t5-seqcls": ("T5ForSequenceClassification", "T5Config", {**T5, **THREE, "decoder_start_token_id": 0,
                                                              "num_decoder_layers": 2}),
    "mt5-seqcls": ("MT5ForSequenceClassification", "MT5Config", {**T5, **THREE, "num_decoder_layers": 2}),
    "mt5-tokencls": ("MT5ForTokenClassification", "MT5Config", {**T5, **THREE}),
    "umt5-encoder": ("UMT5EncoderModel", "UMT5Config", T5),
    "umt5-seqcls": ("UMT5ForSequenceClassification", "UMT5Config", {**T5, **THREE, "num_decoder_layers": 2}),
    "umt5-tokencls": ("UMT5ForTokenClassification", "UMT5Config", {**T5, **THREE}),
    "xlm-seqcls-mean": ("XLMForSequenceClassification", "XLMConfig",
                        {**XLM, **THREE, "summary_type": "mean", "summary_activation": "tanh"}),
    "flaubert-seqcls-last": ("FlaubertForSequenceClassification", "FlaubertConfig",
                             {**XLM, **THREE, "summary_type": "last"}),
}


def inputs(rng, pad, left):
    """Name, ids and mask of each batch; a mask of None is not given to the model."""
    ids = lambda n: rng.integers(6, VOCABULARY, n).tolist()
    seven = ids(7)
    yield "len1", [ids(1)], None
    yield "len5", [ids(5)], [[1] * 5]
    yield "len16", [ids(16)], [[1] * 16]
    yield "len40", [ids(40)], [[1] * 40]
    yield "pad-right16", [seven + [pad] * 9], [[1] * 7 + [0] * 9]
    if left:
        yield "pad-left16", [[pad] * 9 + seven], [[0] * 9 + [1] * 7]
    yield "batch2-right", [ids(16), ids(3) + [pad] * 13], [[1] * 16, [1] * 3 + [0] * 13]


def ended(ids, mask, eos):
    """Every text ends with the token that a sequence-to-sequence classifier reads."""
    lengths = [sum(row) for row in mask or [[1] * len(row) for row in ids]]
    return [row[: n - 1] + [eos] + row[n:] for row, n in zip(ids, lengths)]


def randomize(model, seed):
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in model.named_parameters():
        x = torch.randn(parameter.shape, generator=generator)
        if "norm" in name.lower():
            parameter.copy_(x * 0.15 + (1 if name.endswith("weight") and parameter.mean().abs() > 0.5 else 0))
        elif "relative_attention_bias" in name:
            parameter.copy_(x)
        elif parameter.dim() > 1:
            scale = 0.3 if "embed" in name.lower() or "shared" in name else 0.15
            parameter.copy_(x * scale)
        else:
            parameter.copy_(x * 0.15)


def answer(model, ids, mask, types):
    given = dict(input_ids=torch.tensor(ids))
    if mask:
        given["attention_mask"] = torch.tensor(mask)
    if types:
        given["token_type_ids"] = torch.tensor(types)
    out = model(**given, output_hidden_states=True)
    key = "logits" if hasattr(out, "logits") else "last_hidden_state"
    states = out.get("hidden_states") or ()
    return key, getattr(out, key).double().numpy(), [s.contiguous().float() for s in states]


def record(folder, name):
    hf_class, config_class, settings = CASES[name]
    classes = getattr(tr, hf_class)
    config = getattr(tr, config_class)(**settings)
    seed = zlib.crc32(name.encode())
    torch.manual_seed(seed)
    model = classes._from_config(config, attn_implementation="eager").eval().float()
    randomize(model, seed)
    model.save_pretrained(folder)
    f32, f64 = [classes.from_pretrained(folder, attn_implementation="eager", dtype=t).eval()
                for t in (torch.float32, torch.float64)]
    pad = config.pad_token_id if config.pad_token_id is not None else 0
    rng = np.random.default_rng(seed)
    rows, states = [], {}
    seq2seq = hf_class.startswith(("Bart", "MBart", "T5ForSeq", "MT5ForSeq", "UMT5ForSeq"))
    types = getattr(config, "type_vocab_size", 0) or 0
    for label, ids, mask in inputs(rng, pad, left="num_key_value_heads" in settings):
        if "summary_type" in settings and 0 in sum(mask or [], []):
            continue  # the class takes padding for text there
        ids = ended(ids, mask, config.eos_token_id) if seq2seq else ids
        kinds = [(i * types // len(row)) for row in ids for i in range(len(row))] if types > 1 else None
        token_types = [kinds[i:i + len(ids[0])] for i in range(0, len(kinds), len(ids[0]))] if kinds else None
        key, single, hidden = answer(f32, ids, mask, token_types)
        _, double, _ = answer(f64, ids, mask, token_types)
        row = dict(name=label, input_ids=ids, attention_mask=mask)
        if token_types:
            row["token_type_ids"] = token_types
        row[key] = np.round(single.astype(np.float32).astype(float), 7).tolist()
        row["noise"] = float(np.abs(single - double).max())
        rows.append(row)
        if label == "len16" and "summary_type" not in settings:  # whose modules are counted by kind, not by layer
            states = {f"len16.hidden_states.{k}": s for k, s in enumerate(hidden)}
    noise = max(row["noise"] for row in rows)
    with open(os.path.join(folder, "expected.json"), "w") as out:
        json.dump(rows, out)
    with open(os.path.join(folder, "meta.json"), "w") as out:
        json.dump(dict(cls=hf_class, transformers=tr.__version__, torch=torch.__version__, attention="eager",
                       seed=seed, noise=noise, script="record_encoders.py"), out)
    if states:
        save_file(states, os.path.join(folder, "hidden_states.safetensors"))
    for extra in set(os.listdir(folder)) - {"config.json", "model.safetensors", "expected.json", "meta.json",
                                            "hidden_states.safetensors"}:
        os.remove(os.path.join(folder, extra))
    size = sum(os.path.getsize(os.path.join(folder, f)) for f in os.listdir(folder))
    print(f"{name}: {size // 1024} KiB, noise {noise:.1e}", flush=True)


def main(out, names):
    for name in names or CASES:
        record(os.path.join(out, name), name)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
