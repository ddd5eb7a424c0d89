#!/usr/bin/env python3
"""Records small random checkpoints of Hugging Face's classes with their answers: golden/cases.

usage: record_families.py OUT [NAME ...]    needs torch and transformers 5.18; no test runs it

Each OUT/NAME has config.json and model.safetensors as save_pretrained writes them, expected.json
(inputs and answers in f32, and how far f64 is from them) and meta.json. Weights are drawn so that
every one of them shows in the answers; torch's generator is seeded with the name.
"""

import json
import os
import sys
import zlib

import numpy as np
import torch
import transformers as tr

SMALL = dict(vocab_size=96, num_labels=3)
SIZES = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=48)
ENCODER = dict(**SMALL, **SIZES, max_position_embeddings=66)
DECODER = dict(
    **SMALL, **SIZES, num_key_value_heads=2, max_position_embeddings=64, pad_token_id=2, bos_token_id=0, eos_token_id=1
)
FALCON = dict(**SMALL, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, pad_token_id=2, bos_token_id=0, eos_token_id=1)

# name: class, config class, settings, what else: attn (attention implementation), both (padding at the
# left too), types (token types), end (the token that texts end with), f64 (False where the class cannot compute in f64), static (padding to 64, which changes the answer)
CASES = {
    "phi-seqcls-normed-heads": ("PhiForSequenceClassification", "PhiConfig", dict(DECODER, qk_layernorm=True), {}),
    # Eager attention adds ALiBi twice; what from_pretrained takes by default adds it once.
    "falcon-seqcls-alibi": (
        "FalconForSequenceClassification",
        "FalconConfig",
        dict(FALCON, num_attention_heads=6, hidden_size=24, alibi=True, multi_query=False, parallel_attn=False, bias=True),
        {"attn": "sdpa"},
    ),
    "falcon-seqcls-multi-query": ("FalconForSequenceClassification", "FalconConfig", FALCON, {}),
    "falcon-seqcls-one-norm": (
        "FalconForSequenceClassification",
        "FalconConfig",
        dict(FALCON, new_decoder_architecture=True, num_kv_heads=2, num_ln_in_parallel_attn=1),
        {},
    ),
    "bloom-seqcls-six-heads": (
        "BloomForSequenceClassification",
        "BloomConfig",
        dict(SMALL, hidden_size=24, n_layer=2, n_head=6, pad_token_id=2, bos_token_id=0, eos_token_id=1, apply_residual_connection_post_layernorm=True),
        {},
    ),
    "stablelm-seqcls-parallel": (
        "StableLmForSequenceClassification",
        "StableLmConfig",
        dict(DECODER, qk_layernorm=True, use_parallel_residual=True, partial_rotary_factor=0.5),
        {},
    ),
    "starcoder2-seqcls": ("Starcoder2ForSequenceClassification", "Starcoder2Config", dict(DECODER, sliding_window=6), {}),
    "gpt-neo-seqcls": (
        "GPTNeoForSequenceClassification",
        "GPTNeoConfig",
        dict(SMALL, hidden_size=32, num_layers=4, num_heads=4, intermediate_size=48, max_position_embeddings=64, window_size=6, attention_types=[[["global", "local"], 2]], pad_token_id=2, bos_token_id=0, eos_token_id=1),
        {"both": False},
    ),
    "exaone4-seqcls-no-window": (
        "Exaone4ForSequenceClassification",
        "Exaone4Config",
        dict(DECODER, sliding_window=None, layer_types=["full_attention"] * 2),
        {},
    ),
    "nemotron-seqcls": ("NemotronForSequenceClassification", "NemotronConfig", dict(DECODER, attention_bias=True), {}),
    "ministral-seqcls": (
        "MinistralForSequenceClassification",
        "MinistralConfig",
        dict(DECODER, head_dim=8, sliding_window=6, layer_types=["sliding_attention", "full_attention"]),
        {},
    ),
    "xlm-roberta-xl-seqcls": ("XLMRobertaXLForSequenceClassification", "XLMRobertaXLConfig", ENCODER, {}),
    "rembert-seqcls": ("RemBertForSequenceClassification", "RemBertConfig", dict(ENCODER, input_embedding_size=24), {"types": True}),
    "luke-seqcls": (
        "LukeForSequenceClassification",
        "LukeConfig",
        dict(ENCODER, entity_vocab_size=12, entity_emb_size=16),
        {},
    ),
    "big-bird-seqcls": (
        "BigBirdForSequenceClassification",
        "BigBirdConfig",
        dict(ENCODER, attention_type="original_full", rescale_embeddings=True),
        {"types": True},
    ),
    "big-bird-seqcls-without-bias": (
        "BigBirdForSequenceClassification",
        "BigBirdConfig",
        dict(ENCODER, block_size=8, use_bias=False),
        {},
    ),
    # Token 9 is masked, and it is in the texts.
    "esm-seqcls": (
        "EsmForSequenceClassification",
        "EsmConfig",
        dict(ENCODER, pad_token_id=1, mask_token_id=9, token_dropout=True, position_embedding_type="rotary"),
        {},
    ),
    "esm-seqcls-absolute": (
        "EsmForSequenceClassification",
        "EsmConfig",
        dict(ENCODER, pad_token_id=1, mask_token_id=9, emb_layer_norm_before=True),
        {},
    ),
    "roformer-seqcls-turned-values": (
        "RoFormerForSequenceClassification",
        "RoFormerConfig",
        dict(ENCODER, rotary_value=True, hidden_act="relu"),
        {"types": True},
    ),
    "deberta-v1-tokencls": (
        "DebertaForTokenClassification",
        "DebertaConfig",
        dict(ENCODER, type_vocab_size=2, relative_attention=True, pos_att_type=["p2c"], max_relative_positions=8, position_biased_input=True),
        {"types": True},
    ),
    "mobilebert-seqcls": (
        "MobileBertForSequenceClassification",
        "MobileBertConfig",
        dict(ENCODER, intra_bottleneck_size=16, embedding_size=24),
        {"types": True, "static": True},
    ),
    "mobilebert-seqcls-without-bottleneck": (
        "MobileBertForSequenceClassification",
        "MobileBertConfig",
        dict(ENCODER, use_bottleneck=False, trigram_input=False, embedding_size=24, normalization_type="layer_norm", num_feedforward_networks=1, classifier_activation=False, hidden_act="gelu"),
        {"types": True},
    ),
    "mobilebert-seqcls-within-bottleneck": (
        "MobileBertForSequenceClassification",
        "MobileBertConfig",
        dict(ENCODER, intra_bottleneck_size=16, embedding_size=32, use_bottleneck_attention=True, num_feedforward_networks=2),
        {},
    ),
    "convbert-seqcls-groups": (
        "ConvBertForSequenceClassification",
        "ConvBertConfig",
        dict(ENCODER, embedding_size=32, head_ratio=4, conv_kernel_size=3, num_groups=2, pad_token_id=0),
        {"types": True, "static": True},
    ),
    "xlm-seqcls": (
        "XLMForSequenceClassification",
        "XLMConfig",
        dict(SMALL, emb_dim=32, n_layers=2, n_heads=4, max_position_embeddings=64, n_langs=3, gelu_activation=False),
        {},
    ),
    "flaubert-seqcls": (
        "FlaubertForSequenceClassification",
        "FlaubertConfig",
        dict(SMALL, emb_dim=32, n_layers=2, n_heads=4, max_position_embeddings=64, summary_activation="tanh"),
        {},
    ),
    "longformer-tokencls": (
        "LongformerForTokenClassification",
        "LongformerConfig",
        dict(ENCODER, attention_window=8, pad_token_id=1),
        {},
    ),
    "xlnet-seqcls-segments": (
        "XLNetForSequenceClassification",
        "XLNetConfig",
        dict(SMALL, d_model=32, n_layer=2, n_head=4, d_inner=48, clamp_len=5),
        {"types": True, "both": True, "f64": False},
    ),
    "fnet-tokencls": (
        "FNetForTokenClassification",
        "FNetConfig",
        dict(ENCODER, hidden_act="relu", type_vocab_size=2),
        {"types": True, "static": True},
    ),
    "fnet-seqcls-static": ("FNetForSequenceClassification", "FNetConfig", dict(ENCODER, type_vocab_size=2), {"types": True, "static": True}),
    # With transformers 4.57.6: what version 5 no longer has, and how it wrote a config.
    "albert-seqcls-relative": (
        "AlbertForSequenceClassification",
        "AlbertConfig",
        dict(ENCODER, embedding_size=24, position_embedding_type="relative_key_query"),
        {"types": True},
    ),
    "bart-seqcls-version4": (
        "BartForSequenceClassification",
        "BartConfig",
        dict(SMALL, d_model=32, encoder_layers=1, decoder_layers=2, encoder_attention_heads=4, decoder_attention_heads=2, encoder_ffn_dim=48, decoder_ffn_dim=40, max_position_embeddings=64, eos_token_id=2),
        {"end": 2},
    ),
    # Question answering: these go to cli/src/test/resources/heads.
    "llama-qa": ("LlamaForQuestionAnswering", "LlamaConfig", dict(DECODER, num_labels=2, attention_bias=True), {}),
    "modernbert-qa": (
        "ModernBertForQuestionAnswering",
        "ModernBertConfig",
        dict(SIZES, vocab_size=96, num_labels=2, max_position_embeddings=66, pad_token_id=0, cls_token_id=1, sep_token_id=2, bos_token_id=1, eos_token_id=2, local_attention=8, classifier_bias=True),
        {},
    ),
    "t5-qa": (
        "T5ForQuestionAnswering",
        "T5Config",
        dict(vocab_size=96, num_labels=2, d_model=32, d_kv=8, d_ff=48, num_layers=2, num_heads=4, decoder_start_token_id=0),
        {},
    ),
    "xlm-qa": (
        "XLMForQuestionAnsweringSimple",
        "XLMConfig",
        dict(vocab_size=96, num_labels=2, emb_dim=32, n_layers=2, n_heads=4, max_position_embeddings=64),
        {},
    ),
    "helium-seqcls": ("HeliumForSequenceClassification", "HeliumConfig", dict(DECODER, head_dim=8, mlp_bias=True), {}),
}


def inputs(rng, vocabulary, pad, left, static):
    def text(length):
        return rng.integers(6, vocabulary, length).tolist()

    for length in (1, 2, 5, 16, 40):
        yield f"len{length}", [text(length)], [[1] * length]
    seven = text(7)
    yield "pad-right16", [seven + [pad] * 9], [[1] * 7 + [0] * 9]
    if left:
        yield "pad-left16", [[pad] * 9 + seven], [[0] * 9 + [1] * 7]
    if static:
        yield "pad-right64", [text(11) + [pad] * 53], [[1] * 11 + [0] * 53]
    rows = [text(16), text(9) + [pad] * 7, text(3) + [pad] * 13]
    yield "batch3-right", rows, [[1] * 16, [1] * 9 + [0] * 7, [1] * 3 + [0] * 13]


def draw(model, seed):
    """Matrices of deviation 0.15, tables of 0.3, norms near what they are new, and biases."""
    generator = torch.Generator().manual_seed(seed)
    for name, weight in model.named_parameters():
        x = torch.randn(weight.shape, generator=generator)
        is_norm = weight.numel() > 1 and bool((weight == 1).all())
        if is_norm:
            weight.copy_(1 + 0.15 * x)
        elif weight.dim() > 1 and any(k in name.lower() for k in ("embed", "wte", "wpe")):
            weight.copy_(0.3 * x)
        else:
            weight.copy_(0.15 * x)


def answers(model, ids, mask, kind, more):
    asked = dict(input_ids=torch.tensor(ids), attention_mask=torch.tensor(mask))
    asked.update({k: torch.tensor(v) for k, v in more.items()})
    out = model(**asked)
    if "start_logits" in out:
        return {k: out[k].double().numpy() for k in ("start_logits", "end_logits")}
    if "logits" in out:
        return {"logits": out.logits.double().numpy()}
    return {"last_hidden_state": out.last_hidden_state.double().numpy()}


def record(folder, name):
    kind, config_class, settings, how = CASES[name]
    seed = zlib.crc32(name.encode())
    attention = how.get("attn", "eager")
    config = getattr(tr, config_class)(**settings)
    config._attn_implementation = attention
    model_class = getattr(tr, kind)
    torch.manual_seed(seed)
    new = model_class(config).eval().float()
    draw(new, seed)
    new.save_pretrained(folder)
    f32 = model_class.from_pretrained(folder, attn_implementation=attention, dtype=torch.float32).eval()
    f64 = model_class.from_pretrained(folder, attn_implementation=attention, dtype=torch.float64).eval()
    rng = np.random.default_rng(seed)
    pad = config.pad_token_id if isinstance(getattr(config, "pad_token_id", None), int) else 0
    rows = []
    left = how.get("both", "num_key_value_heads" in settings or "bloom" in name or "falcon" in name)
    for label, ids, mask in inputs(rng, settings["vocab_size"], pad, left, how.get("static", False)):
        if "end" in how:  # the token that the classifier reads
            ids = [row[: sum(m) - 1] + [how["end"]] + row[sum(m) :] for row, m in zip(ids, mask)]
        more = {}
        if how.get("types"):
            more["token_type_ids"] = [[int(2 * i >= sum(m)) if a else 0 for i, a in enumerate(m)] for m in mask]
        own = answers(f32, ids, mask, kind, more)
        exact = answers(f64, ids, mask, kind, more) if how.get("f64", True) else own
        row = dict(name=label, input_ids=ids, attention_mask=mask, **more)
        row.update({k: np.round(v.astype(np.float32).astype(float), 7).tolist() for k, v in own.items()})
        row["noise"] = float(max(np.abs(own[k] - exact[k]).max() for k in own))
        rows.append(row)
    noise = max(row["noise"] for row in rows)
    with open(os.path.join(folder, "expected.json"), "w") as out:
        json.dump(rows, out)
    with open(os.path.join(folder, "meta.json"), "w") as out:
        json.dump(
            dict(cls=kind, transformers=tr.__version__, torch=torch.__version__, attention=attention, seed=seed, noise=noise), out
        )
    kept = ("config.json", "model.safetensors", "expected.json", "meta.json")
    for file in os.listdir(folder):
        if file not in kept:
            os.remove(os.path.join(folder, file))
    size = sum(os.path.getsize(os.path.join(folder, f)) for f in kept)
    print(f"{name}: {size // 1024} KiB, noise {noise:.1e}", flush=True)


if __name__ == "__main__":
    tr.logging.set_verbosity_error()
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    for wanted in sys.argv[2:] or CASES:
        record(os.path.join(sys.argv[1], wanted), wanted)
