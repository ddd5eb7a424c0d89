#!/usr/bin/env python3
"""Reads a file of Litegraft as docs/file-format.md says, and nothing else: a second program that answers as the first one does.

Outside of the build; needs tensorflow (or ai_edge_litert), tokenizers and numpy. Prints a line of JSON a text; with --beside it
compares them with what Litegraft printed, and ends with exit code 1 where a number is off by more than 1e-6:

    litegraft classify reviews.tflite --file examples/texts.txt --json > answers.jsonl
    python3 clients/python/reader.py reviews.tflite --file examples/texts.txt --beside answers.jsonl
    python3 clients/python/reader.py reranker.tflite --query "a good book" "a book" "bread"
"""

import argparse
import gzip
import json
import re
import sys
import zipfile

import numpy as np
from tokenizers import Tokenizer
from tokenizers.processors import TemplateProcessing

try:
    from ai_edge_litert.interpreter import Interpreter
except ImportError:
    import tensorflow as tf

    Interpreter = tf.lite.Interpreter

UNDERSTOOD = {"output", "reranking", "confidence", "late_interaction", "special_tokens", "left_out_token_ids", "strip"}
OWN_TEMPLATE = {"LlamaTokenizer", "CodeLlamaTokenizer", "GemmaTokenizer", "CohereTokenizer"}
OWN_NORMALIZER = {"BertTokenizer", "DistilBertTokenizer", "ElectraTokenizer", "MobileBertTokenizer", "ConvBertTokenizer"} | {
    "SqueezeBertTokenizer", "MPNetTokenizer", "FunnelTokenizer", "LayoutLMTokenizer", "LxmertTokenizer"}  # fmt: skip
BERT_KEYS = {"do_lower_case": "lowercase", "strip_accents": "strip_accents", "tokenize_chinese_chars": "handle_chinese_chars"}
INPUTS = {"hf": ["input_ids", "attention_mask", "token_type_ids"], "positional": ["args_0", "args_1", "args_2"]}
EVERY_TOKEN = {"token_classification", "question_answering", "token_embedding"}


def parts(node):
    """An object of tokenizer.json and those of its sequence."""
    for part in (node or {}).get("normalizers", []) + (node or {}).get("pretokenizers", []) + ([node] if node else []):
        yield part


def tokenizer(text, settings):
    whole = json.loads(text)
    kind = settings.get("tokenizer_class", "").removesuffix("Fast")
    for part in parts(whole.get("normalizer")):
        if kind in OWN_NORMALIZER and part["type"] == "BertNormalizer":
            part.update({own: settings[key] for key, own in BERT_KEYS.items() if isinstance(settings.get(key), bool)})
    for part in parts(whole.get("pre_tokenizer")):
        if isinstance(settings.get("add_prefix_space"), bool) and "add_prefix_space" in part:
            part["add_prefix_space"] = settings["add_prefix_space"]
    made = Tokenizer.from_str(json.dumps(whole))
    made.no_padding()
    if kind in OWN_TEMPLATE:
        words = [settings.get(key) for key in ("bos_token", "eos_token")]
        words = [word["content"] if isinstance(word, dict) else word for word in words]
        before = words[:1] if words[0] and settings.get("add_bos_token", True) else []
        behind = words[1:] if words[1] and settings.get("add_eos_token", False) else []
        second = [word + ":1" for word in before] + ["$B:1"] + [word + ":1" for word in behind]
        one = before + ["$A:0"] + behind
        ids = [(word, made.token_to_id(word)) for word in set(before + behind)]
        made.post_processor = TemplateProcessing(single=one, pair=one + second, special_tokens=ids)
    return made


class File:
    def __init__(self, path):
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            self.facts = json.loads(archive.read("litegraft.json"))
            packed = "tokenizer.json.gz" in names
            text = gzip.decompress(archive.read("tokenizer.json.gz")) if packed else archive.read("tokenizer.json")
            self.settings = json.loads(archive.read("tokenizer_config.json")) if "tokenizer_config.json" in names else {}
        must = self.facts.pop("must_understand", {})
        if self.facts["format_version"] > 2 or not set(must) <= UNDERSTOOD:
            raise SystemExit(f"format {self.facts['format_version']} with {sorted(must)}: use a newer reader")
        self.facts.update(must)
        self.tokenizer = tokenizer(text, self.settings)
        self.interpreter = Interpreter(model_path=path)

    def prepared(self, text, prompt):
        text = prompt + text
        text = text.strip() if self.facts.get("strip") else text
        return text.lower() if self.facts.get("lower_case") else text

    def encoded(self, text, pair=None, prompt=None, most=None):
        """Ids, token types, and whether the first token is a special one."""
        prompt = self.facts.get("prompt", "") if prompt is None else prompt
        side = self.settings.get("truncation_side", "right").lower()
        self.tokenizer.enable_truncation(most or self.facts["max_length"], direction=side)
        second = None if pair is None else self.prepared(pair, "")
        special = self.facts.get("special_tokens", True)
        row = self.tokenizer.encode(self.prepared(text, prompt), second, add_special_tokens=special)
        kept = [i for i, token in enumerate(row.ids) if token not in self.facts.get("left_out_token_ids", [])]
        typed = "token_type_ids" in self.settings.get("model_input_names", ["token_type_ids"])
        types = [row.type_ids[i] if typed else 0 for i in kept]
        return [row.ids[i] for i in kept], types, bool(row.special_tokens_mask and row.special_tokens_mask[0])

    def run(self, ids, types=None, mask=None):
        """The output of a row; of files that answer every token, without what filled it up."""
        lengths, count = self.facts["lengths"], len(ids)
        room = min(length for length in lengths if length >= count) if lengths else count
        signature = "serving_default" if not lengths or room == max(lengths) else f"tokens_{room}"
        fill, left = room - count, self.facts["padding_side"] == "left"
        rows = (ids, mask or [1] * count, types or [0] * count)
        filled = []
        for row, value in zip(rows, (self.facts.get("pad_token_id", 0), 0, 0)):
            filled.append([value] * fill + row if left else row + [value] * fill)
        runner = self.interpreter.get_signature_runner(signature)
        details = runner.get_input_details()
        names = INPUTS[self.facts["signature_names"]]
        inputs = {name: np.array([row], details[name]["dtype"]) for name, row in zip(names, filled) if name in details}
        (answer,) = runner(**inputs).values()
        if self.facts["task"] in EVERY_TOKEN:
            return answer[0, fill:] if left else answer[0, :count]
        return answer[0]

    def probabilities(self, logits):
        logits, kind, fit = logits.astype(np.float64), self.facts["problem_type"], self.facts.get("confidence")
        if self.facts.get("output") == "probabilities" or kind == "regression":
            return logits
        if fit:
            logits = logits / fit["temperature"] + np.array(fit.get("bias", [0] * len(logits)))
        if kind == "multi_label_classification":
            return 1 / (1 + np.exp(-logits))
        powers = np.exp(logits - logits.max())
        return powers / powers.sum()

    def judged(self, query, text):
        """What a language model that judges reads."""
        asked, rows, cut = self.facts["reranking"], [], 0
        words = {"instruction": asked["instruction"], "query": query, "document": text}
        self.tokenizer.no_truncation()
        for segment in asked["segments"]:
            if not asked["instruction"]:
                segment = re.sub(r"[^\n]*\{instruction\}[^\n]*\n?", "", segment)
            cut = len(rows) if "{document}" in segment else cut
            segment = re.sub(r"\{(instruction|query|document)\}", lambda found: words[found[1]], segment)
            rows.append(self.tokenizer.encode(segment, add_special_tokens=False).ids)
        over = sum(map(len, rows)) - self.facts["max_length"]
        rows[cut] = rows[cut][:-over] if over > 0 else rows[cut]
        return sum(rows, [])

    def vectors(self, text, kind):
        """The vectors of a query's or a document's tokens that count."""
        late, most = self.facts["late_interaction"], self.facts["max_length"]
        side, expansion = late[kind], late.get("expansion") if kind == "query" else None
        length = side.get("length", 0)
        if expansion:
            length = expansion["length"] if expansion["cuts"] else length and max(length, expansion["length"])
        first = side.get("prefix_token_id")
        room = min(length or most, most) - (first is not None)
        ids, _, special = self.encoded(side.get("prefix", "") + text, prompt="", most=room)
        if first is not None:
            ids.insert(1 if special else 0, first)
        mask = [1] * len(ids)
        while expansion and len(ids) < min(expansion["length"], most):
            ids.append(expansion["token_id"])
            mask.append(int(expansion["attended"]))
        rows = self.run(ids, None, mask).astype(np.float64)
        return rows[[token not in side["skipped_token_ids"] for token in ids]]

    def score(self, query, text):
        if "late_interaction" in self.facts:
            asked, answer = self.vectors(query, "query"), self.vectors(text, "document")
            best = (asked @ answer.T).max(1).sum() if len(answer) else 0.0
            return float(best / max(1, len(asked)) if self.facts["late_interaction"]["mean"] else best)
        ids, types = (self.judged(query, text), None) if "reranking" in self.facts else self.encoded(query, text)[:2]
        return float(self.probabilities(self.run(ids, types))[0])

    def answer(self, text, query=None):
        if query is not None:
            return {"text": text, "score": self.score(query, text)}
        ids, types, _ = self.encoded(text)
        out, task = self.run(ids, types), self.facts["task"]
        if task == "sequence_classification":
            return {"text": text, "tokens": len(ids), "probabilities": self.probabilities(out).tolist()}
        if task == "sparse_embedding":
            best = sorted(np.flatnonzero(out > 0), key=lambda token: -out[token])
            return {"text": text, "sparse": [{"id": int(token), "weight": float(out[token])} for token in best]}
        return {"text": text, "embedding" if task == "embedding" else "output": out.tolist()}


def numbers(value):
    """The numbers of an answer, in order."""
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
        yield from numbers(part)
    if isinstance(value, (int, float)):
        yield value


def off(found, other):
    """How far an answer is from another program's to the same text, where both say the same thing."""
    common = {key: other[key] for key in ("probabilities", "embedding", "score", "tokens") if key in found and key in other}
    if "sparse" in found:
        by_id = {one["id"]: one["weight"] for one in other["sparse"]}
        assert len(by_id) == len(found["sparse"]), "other tokens have a weight"
        return max((abs(by_id[one["id"]] - one["weight"]) for one in found["sparse"]), default=0.0)
    assert common, f"nothing in common with {sorted(other)}"
    pairs = zip(numbers({key: found[key] for key in common}), numbers(common), strict=True)
    return max(abs(a - b) for a, b in pairs)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("model")
    options.add_argument("texts", nargs="*")
    options.add_argument("--file")
    options.add_argument("--query")
    options.add_argument("--beside")
    asked = options.parse_args()
    texts = list(asked.texts)
    if asked.file:
        with open(asked.file, encoding="utf-8") as lines:
            texts += [line.rstrip("\n") for line in lines]
    model = File(asked.model)
    answers = [model.answer(text, asked.query) for text in texts]
    if not asked.beside:
        for answer in answers:
            print(json.dumps(answer, ensure_ascii=False))
        return 0
    with open(asked.beside, encoding="utf-8") as lines:
        others = {other["text"]: other for other in map(json.loads, lines)}
    most = max(off(answer, others[answer["text"]]) for answer in answers)
    print(f"{len(answers)} texts, the largest difference is {most:.1e}")
    return int(most > 1e-6)


if __name__ == "__main__":
    sys.exit(main())
