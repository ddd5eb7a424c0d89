#!/usr/bin/env python3
"""Records what the original libraries answer for the tasks of the command line.

    python record_tasks.py OUT [CASE ...]

writes OUT/CASE/model (a folder as the library saves it, with random weights of a scale at which a wrong setting shows) and
OUT/CASE/expected.json (what transformers' pipelines and sentence-transformers answer, in float32, eager attention, on the CPU).
Recorded with torch 2.13, transformers 5.18.0, sentence-transformers 6.0.1, tokenizers 0.23, numpy 2, but for the cases `tagger`
and `qa`, with transformers 4.57.6 and tokenizers 0.22: version 5 has no pipeline for question answering, and tokenizers 0.23
loses what overflows (a text of 75 tokens gives two pieces of 32 and 8). The tests need the results alone, no Python.
"""
import json
import sys
from pathlib import Path

import numpy as np
import torch
import transformers

torch.set_num_threads(1)
WORDS = """the a of in to and is was who what where when wrote lives works born city river play book doctor faust goethe
ada paul mary berlin paris london seoul likes big small old new capital germany france phone tablet repair broken red blue
this example text about it not yes no my his her with for on at from by he she they we you house train bread water""".split()
LONG = (
    "ada wrote a book in paris . paul lives in berlin with mary and works at a big old house by the river . "
    "the doctor from london likes bread , water and the new train to seoul . goethe was born in germany . "
    "mary and paul met her in the capital of france , where she lives . he wrote faust , a play about a doctor ."
)


def vocabulary():
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[unused0]", "[unused1]"]
    return specials + list(letters) + ["##" + c for c in letters] + list(".,!?'-:;()") + sorted(set(WORDS))


def tokenizer(most):
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    vocab = {token: i for i, token in enumerate(vocabulary())}
    made = Tokenizer(models.WordPiece(vocab, unk_token="[UNK]", max_input_chars_per_word=100))
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0",
        pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
        special_tokens=[("[CLS]", vocab["[CLS]"]), ("[SEP]", vocab["[SEP]"])],
    )
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=made, model_max_length=most, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]",
        sep_token="[SEP]", mask_token="[MASK]", model_input_names=["input_ids", "token_type_ids", "attention_mask"],
    )


def bert_config(**more):
    return transformers.BertConfig(
        vocab_size=len(vocabulary()), hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24,
        max_position_embeddings=64, attn_implementation="eager", **more,
    )


def scaled(model, seed, head=1.0):
    """Weights of a scale at which answers differ; norms near 1."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, p in model.named_parameters():
            if "norm" in name.lower():
                p.copy_((1.0 if name.endswith("weight") else 0.0) + 0.1 * torch.randn(p.shape, generator=generator))
            else:
                p.copy_(0.35 * torch.randn(p.shape, generator=generator))
            if any(part in name for part in ("classifier", "qa_outputs", "score")):
                p.mul_(head)
    return model.eval()


def save(folder, model, own_tokenizer):
    model.save_pretrained(folder)
    own_tokenizer.save_pretrained(folder)


def nli(folder, labels):
    config = bert_config(id2label=dict(enumerate(labels)), label2id={l: i for i, l in enumerate(labels)})
    model = scaled(transformers.BertForSequenceClassification(config), 11, 3.0)
    save(folder / "model", model, tokenizer(24))
    ask = transformers.pipeline("zero-shot-classification", model=model, tokenizer=tokenizer(24), device="cpu")
    rows = []
    for text in ["my phone is broken", "goethe wrote faust in the old house .", LONG]:
        for own in (["phone", "tablet", "play"], ["a city", "book"], ["repair"]):
            for several in (False, True):
                for hypothesis in ("This example is {}.", "it is about {}"):
                    answer = ask(text, own, hypothesis_template=hypothesis, multi_label=several)
                    rows.append({"text": text, "candidates": own, "multi_label": several, "hypothesis": hypothesis,
                                 "labels": answer["labels"], "scores": answer["scores"]})
    return {"pipeline": "zero-shot-classification", "rows": rows}


def tagger(folder):
    labels = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]
    config = bert_config(id2label=dict(enumerate(labels)), label2id={l: i for i, l in enumerate(labels)})
    model = scaled(transformers.BertForTokenClassification(config), 12, 4.0)
    with torch.no_grad():  # every label is the likeliest of some token
        ids = tokenizer(64)(LONG, return_tensors="pt", truncation=True)
        model.classifier.bias.sub_(model(**ids).logits[0].mean(0))
    save(folder / "model", model, tokenizer(32))
    rows = []
    for text in [LONG, "adapaul lives in parislondon , 1984 .", "ada"]:
        for how in ("simple", "first", "average", "max"):
            for stride in (4, 12):
                ask = transformers.pipeline("token-classification", model=model, tokenizer=tokenizer(32), device="cpu",
                                            aggregation_strategy=how, stride=stride)
                rows.append({"text": text, "aggregation": how, "stride": stride, "entities": [
                    {"label": e["entity_group"], "score": float(e["score"]), "start": e["start"], "end": e["end"]}
                    for e in ask(text)]})
    return {"pipeline": "token-classification", "rows": rows}


QUERIES = ["who wrote faust ?", "where is the capital of germany", "a phone"]
TEXTS = ["goethe wrote faust , a play", "berlin is the capital", "my phone is broken", LONG, "bread and water", "paris"]


def cross_encoder(folder, activation):
    from sentence_transformers import CrossEncoder

    save(folder / "bare", scaled(transformers.BertForSequenceClassification(bert_config(num_labels=1)), 13), tokenizer(32))
    model = CrossEncoder(str(folder / "bare"), device="cpu", activation_fn=activation, max_length=32,
                         model_kwargs={"attn_implementation": "eager"})
    model.save_pretrained(str(folder / "model"))
    remove(folder / "bare")
    rows = []
    for query in QUERIES:
        logits = model.predict([(query, text) for text in TEXTS], activation_fn=torch.nn.Identity())
        for top in (None, 3):
            rows.append({"query": query, "texts": TEXTS, "top": top, "ranked": [
                {"index": int(r["corpus_id"]), "score": float(r["score"]), "logit": float(logits[r["corpus_id"]])}
                for r in model.rank(query, TEXTS, top_k=top)]})
    return {"judge": "CrossEncoder.rank", "rows": rows}


def bi_encoder(folder, truncate_dim=None, similarity=None):
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

    save(folder / "bare", scaled(transformers.BertModel(bert_config()), 14), tokenizer(32))
    transformer = Transformer(str(folder / "bare"), model_kwargs={"attn_implementation": "eager"})
    modules = [transformer, Pooling(16, "mean")] + ([Normalize()] if similarity is None else [])
    model = SentenceTransformer(modules=modules, device="cpu", truncate_dim=truncate_dim, similarity_fn_name=similarity)
    model.save_pretrained(str(folder / "model"))
    remove(folder / "bare")
    model = SentenceTransformer(str(folder / "model"), device="cpu", model_kwargs={"attn_implementation": "eager"})
    vectors, ranked = [], []
    for text in TEXTS:
        for n in (None, 8, 5):
            if n and truncate_dim and n > truncate_dim:
                continue
            x = model.encode([text], truncate_dim=n)[0] if n else model.encode([text])[0]
            unit = x / np.linalg.norm(x)
            vectors.append({"text": text, "dimensions": n, "float": x.tolist(), "int8": np.round(127 * unit).astype(int).tolist(),
                            "binary": np.packbits(x > 0).tolist()})
    for query in QUERIES:
        scores = model.similarity(model.encode([query]), model.encode(TEXTS))[0].tolist()
        order = sorted(range(len(TEXTS)), key=lambda i: -scores[i])
        ranked.append({"query": query, "texts": TEXTS, "top": None, "ranked": [
            {"index": i, "score": scores[i], "logit": scores[i]} for i in order]})
    return {"judge": "SentenceTransformer.encode and similarity", "vectors": vectors, "rows": ranked}


def remove(folder):
    import shutil

    shutil.rmtree(folder)


CASES = {
    "nli-three": lambda f: nli(f, ["contradiction", "neutral", "entailment"]),
    "nli-two": lambda f: nli(f, ["ENTAILMENT", "not_entailment"]),
    "tagger": tagger,
    "cross-encoder": lambda f: cross_encoder(f, None),
    "cross-encoder-identity": lambda f: cross_encoder(f, torch.nn.Identity()),
    "bi-encoder": bi_encoder,
    "bi-encoder-dot": lambda f: bi_encoder(f, truncate_dim=12, similarity="dot"),
}


def main():
    out = Path(sys.argv[1])
    for name in sys.argv[2:] or CASES:
        folder = out / name
        if folder.exists():
            remove(folder)
        folder.mkdir(parents=True)
        expected = CASES[name](folder)
        expected["origin"] = f"record_tasks.py, torch {torch.__version__}, transformers {transformers.__version__}"
        (folder / "expected.json").write_text(json.dumps(expected, separators=(",", ":")) + "\n")
        for readme in folder.rglob("README.md"):
            readme.unlink()
        print(name, sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()), "bytes")


main()
