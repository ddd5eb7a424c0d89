#!/usr/bin/env python3
"""How far int8 is from f32 at a family's real width: the table of docs/int8-at-width.md.

usage: int8_at_width.py SCRATCH LITEGRAFT [NAME ...]    needs torch and transformers 5.18; no test runs it

Each family is a classifier with three labels, of the width, heads and feed-forward width of a published model, of few
layers and 1,000 words. Weights are drawn as a trained model has them in size: matrices that keep the size of what they
multiply, tables of deviation 0.5 (positions 0.1), norms near 1. Asked are 40 texts of 4 to 64 random words.
Prints for each: layers, width, the root mean square of the difference over the logits' deviation, the largest
difference over it, and how many texts keep their label.
"""

import json
import os
import shutil
import subprocess
import sys

import numpy as np
import torch
import transformers as tr

BASE = dict(vocab_size=1000, num_labels=3, hidden_size=768, num_attention_heads=12, intermediate_size=3072, num_hidden_layers=4, pad_token_id=0)


def decoder(d, heads, shared, f, layers=2, **more):
    return dict(
        vocab_size=1000, num_labels=3, hidden_size=d, num_attention_heads=heads, num_key_value_heads=shared, intermediate_size=f, num_hidden_layers=layers, pad_token_id=0, **more
    )


CASES = {
    "Phi": ("Phi", decoder(2048, 32, 32, 8192)),
    "OLMo2": ("Olmo2", decoder(2048, 16, 16, 8192)),
    "Falcon": ("Falcon", dict(vocab_size=1000, num_labels=3, hidden_size=2048, num_attention_heads=32, num_hidden_layers=2, alibi=True, multi_query=False, parallel_attn=False, bias=True, pad_token_id=0)),
    "BLOOM": ("Bloom", dict(vocab_size=1000, num_labels=3, hidden_size=1024, n_head=16, n_layer=4, pad_token_id=0)),
    "StableLM": ("StableLm", decoder(2048, 32, 32, 5632)),
    "StarCoder2": ("Starcoder2", decoder(3072, 24, 2, 12288)),
    "GPT-J": ("GPTJ", dict(vocab_size=1000, num_labels=3, n_embd=4096, n_head=16, n_layer=1, rotary_dim=64, pad_token_id=0)),
    "GPT-Neo": ("GPTNeo", dict(vocab_size=1000, num_labels=3, hidden_size=2048, num_heads=16, num_layers=2, attention_types=[[["global", "local"], 1]], pad_token_id=0)),
    "EXAONE 4": ("Exaone4", decoder(2048, 32, 8, 4096, sliding_window=None, layer_types=["full_attention"] * 2, head_dim=64)),
    "GLM 4": ("Glm4", decoder(4096, 32, 2, 13696, layers=1)),
    "Nemotron": ("Nemotron", decoder(3072, 24, 8, 9216, head_dim=128)),
    "Ministral": ("Ministral", decoder(4096, 32, 8, 12288, layers=1, head_dim=128)),
    "Arcee": ("Arcee", decoder(2560, 20, 4, 18432, layers=1, head_dim=128)),
    "Helium": ("Helium", decoder(2560, 20, 20, 7040)),
    "DeBERTa": ("Deberta", dict(BASE, relative_attention=True, pos_att_type=["c2p", "p2c"], position_biased_input=False)),
    "ERNIE": ("Ernie", dict(BASE, use_task_id=True)),
    "Data2Vec text": ("Data2VecText", dict(BASE, pad_token_id=1, max_position_embeddings=514)),
    "Megatron-BERT": ("MegatronBert", dict(BASE, hidden_size=1024, num_attention_heads=16, intermediate_size=4096)),
    "RoBERTa-PreLayerNorm": ("RobertaPreLayerNorm", dict(BASE, pad_token_id=1, max_position_embeddings=514)),
    "XLM-RoBERTa-XL": ("XLMRobertaXL", dict(BASE, hidden_size=2560, num_attention_heads=32, intermediate_size=10240, num_hidden_layers=1, pad_token_id=1)),
    "RemBERT": ("RemBert", dict(BASE, hidden_size=1152, num_attention_heads=18, intermediate_size=4608)),
    "RoFormer": ("RoFormer", BASE),
    "LUKE": ("Luke", dict(BASE, pad_token_id=1, max_position_embeddings=514, entity_vocab_size=10)),
    "BigBird": ("BigBird", BASE),
    "ESM": ("Esm", dict(BASE, hidden_size=480, num_attention_heads=20, intermediate_size=1920, position_embedding_type="rotary", token_dropout=True, mask_token_id=3, pad_token_id=1)),
    "MobileBERT": ("MobileBert", dict(BASE, hidden_size=512, num_attention_heads=4, intermediate_size=512, num_hidden_layers=8)),
    "SqueezeBERT": ("SqueezeBert", BASE),
    "ConvBERT": ("ConvBert", BASE),
    "XLM": ("XLM", dict(vocab_size=1000, num_labels=3, emb_dim=1024, n_heads=8, n_layers=4)),
    "FlauBERT": ("Flaubert", dict(vocab_size=1000, num_labels=3, emb_dim=768, n_heads=12, n_layers=4)),
    "Longformer": ("Longformer", dict(BASE, pad_token_id=1, max_position_embeddings=514)),
    "XLNet": ("XLNet", dict(vocab_size=1000, num_labels=3, d_model=768, n_head=12, d_inner=3072, n_layer=4)),
}


def draw(model):
    generator = torch.Generator().manual_seed(20)
    for name, weight in model.named_parameters():
        x = torch.randn(weight.shape, generator=generator)
        if bool((weight == 1).all()):
            weight.copy_(1 + 0.1 * x)
        elif weight.dim() == 1:
            weight.copy_(0.05 * x)
        elif any(k in name.lower() for k in ("embed", "wte", "wpe")):
            weight.copy_((0.1 if "position" in name or "wpe" in name else 0.5) * x)
        else:
            inputs = weight.numel() // weight.shape[0] if weight.dim() == 2 else weight.shape[0]
            weight.copy_(x * inputs**-0.5)


def answers(command, file, rows):
    out = subprocess.run([*command, "run", file, "--input", rows, "--quiet"], capture_output=True, text=True, check=True).stdout
    return np.array([json.loads(line)["logits"] for line in out.splitlines()], dtype=float).reshape(40, -1)


def measure(scratch, command, name):
    prefix, settings = CASES[name]
    config_class = {"XLM": "XLMConfig"}.get(prefix, prefix + "Config")
    folder = os.path.join(scratch, "width")
    shutil.rmtree(folder, ignore_errors=True)
    torch.manual_seed(0)
    model = getattr(tr, prefix + "ForSequenceClassification")(getattr(tr, config_class)(**settings)).eval()
    draw(model)
    model.save_pretrained(folder)
    del model
    rng = np.random.default_rng(5)
    rows = os.path.join(scratch, "rows.jsonl")
    with open(rows, "w") as out:
        for i in range(40):
            out.write(json.dumps({"input_ids": rng.integers(6, 1000, 4 + 60 * i // 39).tolist()}) + "\n")
    made = []
    for recipe in ("f32", "int8"):
        file = os.path.join(scratch, recipe + ".tflite")
        subprocess.run([*command, "convert", folder, "-o", file, "--recipe", recipe, "--no-verify", "--quiet"], check=True)
        made.append(answers(command, file, rows))
        os.remove(file)
    f32, int8 = made
    deviation = (f32 - f32.mean(0)).std()
    rms = np.sqrt(((int8 - f32) ** 2).mean()) / deviation
    same = int((f32.argmax(1) == int8.argmax(1)).sum())
    layers = next(settings[k] for k in ("num_hidden_layers", "n_layer", "num_layers", "n_layers") if k in settings)
    width = next(settings[k] for k in ("hidden_size", "n_embd", "emb_dim", "d_model") if k in settings)
    print(f"| {name} | {layers} | {width} | {rms:.4f} | {abs(int8 - f32).max() / deviation:.3f} | {same} of 40 |", flush=True)
    shutil.rmtree(folder)


if __name__ == "__main__":
    tr.logging.set_verbosity_error()
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    for wanted in sys.argv[3:] or CASES:
        try:
            measure(sys.argv[1], sys.argv[2].split(), wanted)
        except Exception as failure:  # the next family is measured nevertheless
            print(f"{wanted}: {type(failure).__name__}: {str(failure)[:300]}", flush=True)
