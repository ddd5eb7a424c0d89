"""Records a small case of every class of every family: a checkpoint, and what transformers answers for it.

    python record_every_class.py OUT [PREFIX ...]

OUT is golden/classes; classes that have a case in golden/cases are left out. It writes OUT/CLASS/config.json, model.safetensors and expected.json: inputs of one token row each, `logits` (of question answering begin and
end of each token), of bare models the mean of the attended tokens. Recorded with torch 2.13 and transformers 5.18.0, eager attention,
float32; random weights of a scale at which a wrong setting shows. The larger cases beside this folder say more of each family.
"""
import json
import os
import sys
import zlib

import numpy as np
import torch
import transformers as tr

torch.set_num_threads(1)
torch.set_grad_enabled(False)
V = 40
BASE = dict(vocab_size=V, num_hidden_layers=2, num_attention_heads=2, hidden_size=16, intermediate_size=12, max_position_embeddings=24)
DEC = dict(**BASE, num_key_value_heads=1, pad_token_id=2, bos_token_id=0, eos_token_id=1)
TYPES = dict(**BASE, type_vocab_size=2)
ROBERTA = dict(**BASE, pad_token_id=1, type_vocab_size=1)
NARROW = dict(**TYPES, embedding_size=12)
EQUAL = dict(**TYPES, embedding_size=16)
SLIDING = dict(head_dim=8, sliding_window=6)
GPT = dict(vocab_size=V, n_positions=24, n_embd=16, n_layer=2, n_head=2, pad_token_id=2, bos_token_id=0, eos_token_id=1)
DEBERTA = dict(**BASE, relative_attention=True, type_vocab_size=0, position_biased_input=False)
XLM = dict(vocab_size=V, emb_dim=16, n_layers=2, n_heads=2, max_position_embeddings=24, pad_token_id=2)
BART = dict(vocab_size=V, d_model=16, encoder_layers=2, decoder_layers=1, encoder_attention_heads=2, decoder_attention_heads=2,
            encoder_ffn_dim=12, decoder_ffn_dim=12, max_position_embeddings=24)
T5 = dict(vocab_size=V, d_model=16, d_kv=8, d_ff=12, num_layers=2, num_heads=2, num_decoder_layers=1, decoder_start_token_id=0)
FAMILIES = {
    "Llama": DEC, "Mistral": DEC, "Qwen2": DEC, "Qwen3": {**DEC, "head_dim": 8}, "Gemma": {**DEC, "head_dim": 8},
    "Gemma2": {**DEC, **SLIDING, "query_pre_attn_scalar": 16}, "Phi3": {**DEC, "original_max_position_embeddings": 24},
    "Gemma3Text": {**DEC, **SLIDING, "query_pre_attn_scalar": 16, "layer_types": ["sliding_attention", "full_attention"]},
    "SmolLM3": DEC, "Granite": {**DEC, "embedding_multiplier": 3.0, "logits_scaling": 2.0, "residual_multiplier": 0.3, "attention_multiplier": 0.2},
    "GPT2": GPT, "GPTNeoX": DEC, "Phi": DEC, "Olmo2": DEC, "StableLm": DEC, "Starcoder2": DEC, "Arcee": DEC,
    "OPT": dict(vocab_size=V, hidden_size=16, num_hidden_layers=2, ffn_dim=12, num_attention_heads=2, max_position_embeddings=24,
                word_embed_proj_dim=12, pad_token_id=1, bos_token_id=2, eos_token_id=2),
    "Falcon": dict(vocab_size=V, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, pad_token_id=2, bos_token_id=0, eos_token_id=1),
    "Bloom": dict(vocab_size=V, hidden_size=16, n_layer=2, n_head=2, pad_token_id=2, bos_token_id=0, eos_token_id=1),
    "GPTJ": {**GPT, "rotary_dim": 4},
    "GPTNeo": dict(vocab_size=V, hidden_size=16, num_layers=2, num_heads=2, intermediate_size=12, max_position_embeddings=24, window_size=6,
                   attention_types=[[["global", "local"], 1]], pad_token_id=2, bos_token_id=0, eos_token_id=1),
    "Exaone4": {**DEC, "sliding_window": 6, "sliding_window_pattern": 2}, "Glm4": {**DEC, "head_dim": 8}, "Nemotron": {**DEC, "head_dim": 8},
    "Ministral": {**DEC, **SLIDING}, "Helium": {**DEC, "head_dim": 8}, "EuroBert": {**DEC, "mask_token_id": 5},
    "Bert": TYPES, "Ernie": TYPES, "MegatronBert": TYPES, "Electra": NARROW, "Albert": NARROW, "RoFormer": EQUAL,
    "DistilBert": dict(vocab_size=V, dim=16, n_layers=2, n_heads=2, hidden_dim=12, max_position_embeddings=24),
    "Roberta": ROBERTA, "XLMRoberta": ROBERTA, "Camembert": ROBERTA, "Data2VecText": ROBERTA, "RobertaPreLayerNorm": ROBERTA, "XLMRobertaXL": ROBERTA,
    "MPNet": {**BASE, "pad_token_id": 1}, "RemBert": {**TYPES, "input_embedding_size": 12}, "FNet": TYPES,
    "ModernBert": {**BASE, "pad_token_id": 0, "cls_token_id": 1, "sep_token_id": 2, "bos_token_id": 1, "eos_token_id": 2, "local_attention": 8,
                   "global_attn_every_n_layers": 2},
    "DebertaV2": {**DEBERTA, "pos_att_type": ["p2c", "c2p"], "position_buckets": 8, "norm_rel_ebd": "layer_norm", "share_att_key": True},
    "Deberta": {**DEBERTA, "pos_att_type": ["c2p", "p2c"], "max_relative_positions": -1},
    "Luke": {**TYPES, "entity_vocab_size": 6, "entity_emb_size": 8, "pad_token_id": 1}, "BigBird": {**TYPES, "attention_type": "original_full"},
    "Esm": {**BASE, "pad_token_id": 1, "mask_token_id": 9, "position_embedding_type": "rotary"},
    "MobileBert": {**TYPES, "intra_bottleneck_size": 8, "embedding_size": 12, "true_hidden_size": 8}, "SqueezeBert": EQUAL,
    "ConvBert": {**EQUAL, "conv_kernel_size": 3, "pad_token_id": 0},
    "XLM": XLM, "Flaubert": XLM, "Longformer": {**ROBERTA, "attention_window": 8},
    "XLNet": dict(vocab_size=V, d_model=16, n_layer=2, n_head=2, d_inner=12, pad_token_id=5),
    "NomicBert": {**TYPES, "pad_token_id": 0}, "Gte": {**ROBERTA}, "JinaEmbeddingsV3": {**ROBERTA},
    "Bart": BART, "MBart": BART, "T5": T5, "MT5": T5, "UMT5": {**T5, "feed_forward_proj": "gated-gelu"},
}
KINDS = ["ForSequenceClassification", "ForTokenClassification", "ForQuestionAnswering", "ForQuestionAnsweringSimple", "Model", "EncoderModel"]


def rows(rng, config, left):
    one = rng.integers(6, V, 7).tolist()
    pad = config.pad_token_id if isinstance(getattr(config, "pad_token_id", None), int) else 0
    yield "len1", rng.integers(6, V, 1).tolist(), [1]
    yield "len16", rng.integers(6, V, 16).tolist(), [1] * 16
    yield "right", one + [pad] * 5, [1] * 7 + [0] * 5
    if left:
        yield "left", [pad] * 5 + one, [0] * 5 + [1] * 7


def record(out, name, cls, config, decoder):
    seed = zlib.crc32(name.encode())
    torch.manual_seed(seed)
    attention = "sdpa" if name.startswith("Falcon") else "eager"
    model = cls._from_config(config, attn_implementation=attention) if hasattr(cls, "_from_config") else cls(config)
    model = model.eval().float()
    generator = torch.Generator().manual_seed(seed)
    for key, p in model.named_parameters():
        x = torch.randn(p.shape, generator=generator)
        if p.dim() > 1:
            table = any(k in key.lower() for k in ("embed", "wte", "wpe", "shared"))
            p.copy_(x * (0.3 if table else 1.0 if "relative_attention_bias" in key else 0.25))
        else:
            p.copy_(x * 0.2 + (1 if bool((p == 1).all()) and p.numel() > 1 else 0))
    folder = os.path.join(out, name)
    model.half().save_pretrained(folder)
    model = cls.from_pretrained(folder, attn_implementation=attention, dtype=torch.float32).eval()
    for extra in os.listdir(folder):
        if extra not in ("config.json", "model.safetensors"):
            os.remove(os.path.join(folder, extra))
    answers = []
    for label, ids, mask in rows(np.random.default_rng(seed), config, decoder):
        if getattr(config, "is_encoder_decoder", False):
            ids[sum(mask) - 1] = config.eos_token_id
        if name == "BigBirdForQuestionAnswering":  # which looks for the first separator
            ids[min(3, sum(mask) - 1)] = ids[sum(mask) - 1] = config.sep_token_id
        o = model(input_ids=torch.tensor([ids]), attention_mask=torch.tensor([mask]))
        if hasattr(o, "start_logits"):
            answer = torch.stack([o.start_logits[0], o.end_logits[0]], -1)
        elif hasattr(o, "logits"):
            answer = o.logits[0]
        else:
            seen = torch.tensor(mask, dtype=torch.float64)[:, None]
            answer = (o.last_hidden_state[0].double() * seen).sum(0) / seen.sum()
        answers.append(dict(name=label, input_ids=ids, attention_mask=mask,
                            answer=np.round(answer.double().numpy(), 7).tolist()))
    with open(os.path.join(folder, "expected.json"), "w") as f:
        json.dump(dict(origin=f"record_every_class.py, torch {torch.__version__}, transformers {tr.__version__}", inputs=answers), f)


def main():
    out, wanted = sys.argv[1], sys.argv[2:]
    cases = os.path.join(out, "..", "cases")
    recorded = [json.load(open(os.path.join(cases, c, "config.json")))["architectures"][0] for c in os.listdir(cases)
                if os.path.exists(os.path.join(cases, c, "config.json"))]
    for prefix, settings in FAMILIES.items():
        if wanted and prefix not in wanted:
            continue
        for kind in KINDS:
            name = prefix + kind
            if not hasattr(tr, name) or (kind == "Model" and prefix in ("T5", "MT5", "UMT5")):
                continue
            if kind == "ForQuestionAnswering" and (hasattr(tr, name + "Simple") or prefix == "Longformer"):
                continue  # which searches beams, or looks at the question globally
            if name in recorded:
                continue
            own = dict(settings)
            if "Answering" in kind:
                own["num_labels"] = 2
                own.update({"sep_token_id": 3} if prefix == "BigBird" else {})
            elif "Model" not in kind:
                own["num_labels"] = 3
            config = getattr(tr, prefix + "Config")(**own)
            record(out, name, getattr(tr, name), config, "num_key_value_heads" in settings)
        print(prefix, flush=True)


main()
