#!/usr/bin/env python3
"""Folders whose weights are a pytorch_model.bin, with what transformers answers for them.

    python record_bins.py OUT

One for each kind of the published models of docs/models.md that have nothing else: the class, torch's older or newer layout, the
buffer position_ids that older versions saved, and a pooler that the class does not read. Recorded with torch 2.13 and transformers
5.18.0, eager attention, float32. The tests need the results alone, no Python.
"""
import json
import sys
from pathlib import Path

import torch
import transformers as t

torch.set_grad_enabled(False)
SIZES = dict(vocab_size=60, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24, max_position_embeddings=40)
ROBERTA = dict(**SIZES, pad_token_id=1, bos_token_id=0, eos_token_id=2, type_vocab_size=1)
CASES = {
    "bert-seqcls": (t.BertForSequenceClassification, t.BertConfig(**SIZES, num_labels=3), "bert", False),
    "bert-tokencls": (t.BertForTokenClassification, t.BertConfig(**SIZES, num_labels=4), "bert", False),
    "roberta-seqcls": (t.RobertaForSequenceClassification, t.RobertaConfig(**ROBERTA, num_labels=3), "roberta", True),
    "xlm-roberta-seqcls": (t.XLMRobertaForSequenceClassification, t.XLMRobertaConfig(**ROBERTA, num_labels=3), "roberta", True),
    "xlm-roberta-model": (t.XLMRobertaModel, t.XLMRobertaConfig(**ROBERTA), "", True),
}
ROWS = [[0, 17, 33, 9, 2], [0, 5, 2], [0, *range(20, 40), 2]]


def main():
    out = Path(sys.argv[1])
    for seed, (name, (cls, config, backbone, newer)) in enumerate(CASES.items()):
        torch.manual_seed(seed)
        config.architectures = [cls.__name__]
        model = cls._from_config(config, attn_implementation="eager").eval()
        for parameter in model.parameters():
            parameter.copy_(torch.randn(parameter.shape) * 0.3 + (1 if parameter.dim() == 1 and bool((parameter == 1).all()) else 0))
        folder = out / name
        folder.mkdir(parents=True, exist_ok=True)
        config.save_pretrained(folder)
        state = dict(model.state_dict())
        prefix = backbone + "." if backbone else ""
        state[prefix + "embeddings.position_ids"] = torch.arange(40).unsqueeze(0)
        if prefix + "pooler.dense.weight" not in state:
            state[prefix + "pooler.dense.weight"] = torch.randn(16, 16)
            state[prefix + "pooler.dense.bias"] = torch.randn(16)
        torch.save(state, folder / "pytorch_model.bin", _use_new_zipfile_serialization=newer)
        loaded = cls.from_pretrained(folder, attn_implementation="eager", dtype=torch.float32).eval()
        rows = []
        for ids in ROWS:
            answer = loaded(torch.tensor([ids]))
            numbers = answer.logits[0] if hasattr(answer, "logits") else answer.last_hidden_state[0].mean(0)
            rows.append({"input_ids": ids, "answer": numbers.double().flatten().tolist()})
        (folder / "expected.json").write_text(json.dumps(
            {"origin": f"record_bins.py, torch {torch.__version__}, transformers {t.__version__}", "rows": rows}) + "\n")


main()
