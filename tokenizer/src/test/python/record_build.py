"""Records which tokenizer transformers builds of made-up folders: the truth that DecidedTokenizerTest compares with.

    python record_build.py ../resources/build | gzip -9n > ../resources/build/cases-4.jsonl.gz     (with transformers 4.57)
    python record_build.py ../resources/build | gzip -9n > ../resources/build/cases-5.jsonl.gz     (with transformers 5.18)

A line is a case: `base` (file name to a file under bases/), `files` (JSON files of the folder), and what the library made of it: `parts`
(tokenizer.json without vocabulary and merges), `vocabulary` and `merges` (counts and CRC-32), `settings`, `rows` (text, pair, ids, types).
Cases that the library cannot load have `error`. `record_build.py RESOURCES --folders DIR` writes the folders instead.
"""
import itertools, json, os, shutil, sys, tempfile, zlib

os.environ["HF_HUB_OFFLINE"] = "1"
import transformers

transformers.logging.set_verbosity_error()
from transformers import AutoTokenizer

TEXTS = [
    "The film was [MASK] surprisingly good, I'd watch it again!",
    "이 영화 Café ÀÉÎ 中文字符 면 😀👍🏽 [URL] hello<mask>x",
    "  two  spaces\tand\nlines  12345 ``q'' ﬁ ½ Ⅷ",
    "a </s> b <s> c [SEP] <|endoftext|> <pad>d <unk> <ent> [url]",
    "この映画は本当に面白かったです。もう一度見たい!",
    "",
    "Ünïcödé HELLO don't 3.14, can't ... e\u0301\u200b\u00a0x",
]
PAIRS = [("The film was good", "별로였어요, 시간이 <mask> x"), ("hello", "WORLD [SEP] é")]


def added(content, **more):
    return {"content": content, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True, **more}


def cases():
    """Yields id, model type, base files, JSON files."""
    bert = {"tokenizer.json": "bert/tokenizer.json"}
    vocab = {"vocab.txt": "bert/vocab.txt"}
    switches = [{}, {"do_lower_case": False}, {"do_lower_case": True, "strip_accents": False}, {"tokenize_chinese_chars": False},
                {"do_lower_case": False, "strip_accents": True}]
    for (name, base), (n, s) in itertools.product([("json", bert), ("vocab", vocab)], enumerate(switches)):
        yield f"bert-{name}-{n}", "bert", base, {"tokenizer_config.json": {"tokenizer_class": "BertTokenizer", **s}}
        yield f"bert-{name}-noclass-{n}", "bert", base, {"tokenizer_config.json": s}
    for model, cls in [("distilbert", "DistilBertTokenizer"), ("electra", "ElectraTokenizer"), ("mobilebert", "MobileBertTokenizer"), ("convbert", "ConvBertTokenizer"),
                       ("squeezebert", "SqueezeBertTokenizer"), ("layoutlm", "LayoutLMTokenizer"), ("lxmert", "LxmertTokenizer"), ("electra", "BertTokenizer"),
                       ("bert", "BertTokenizerFast"), ("bert", "DistilBertTokenizer"), ("modernbert", "BertTokenizer"), ("nomic_bert", "BertTokenizer")]:
        for name, base in [("json", bert), ("vocab", vocab)]:
            yield f"{model}-{cls}-{name}", model, base, {"tokenizer_config.json": {"tokenizer_class": cls}}
            yield f"{model}-{cls}-{name}-cased", model, base, {"tokenizer_config.json": {"tokenizer_class": cls, "do_lower_case": False, "model_max_length": 40}}
        yield f"{model}-none-json", model, bert, {}
        yield f"{model}-none-vocab", model, vocab, {}
    names = {"unk_token": "[UNK]", "sep_token": "[SEP]", "pad_token": "[PAD]", "cls_token": "[CLS]", "mask_token": "[MASK]"}
    for model, cls in [("mpnet", "MPNetTokenizer"), ("funnel", "FunnelTokenizer")]:
        for name, base in [("json", bert), ("vocab", vocab)]:
            yield f"{model}-{name}", model, base, {"tokenizer_config.json": {"tokenizer_class": cls, **names, "bos_token": "[CLS]", "eos_token": "[SEP]"}}
            yield f"{model}-{name}-cased", model, base, {"tokenizer_config.json": {"tokenizer_class": cls, "do_lower_case": False, **names, "bos_token": "[CLS]", "eos_token": "[SEP]"}}
    # tokens that only the small files name
    plain = {"tokenizer_class": "PreTrainedTokenizerFast", **names}
    decoder = {"added_tokens_decoder": {"5": added("the", special=False, lstrip=True), "900": added("[URL]")}}
    for n, c in enumerate([{**plain, **decoder}, {**plain, "additional_special_tokens": ["[URL]", "<mask>"]}, {**plain, "extra_special_tokens": ["[URL]"]},
                           {**plain, "bos_token": "<s>", "eos_token": "</s>"}, {**plain, "extra_special_tokens": {"url_token": "[URL]"}}, {**plain, "url_token": "[URL]"},
                           {**plain, "mask_token": {"__type": "AddedToken", **added("[MASK]", lstrip=True)}}, {**plain, "split_special_tokens": True},
                           {**plain, "padding_side": "left", "truncation_side": "left", "model_max_length": 17, "model_input_names": ["input_ids", "attention_mask"]},
                           {"tokenizer_class": "BertTokenizer", **decoder, "clean_up_tokenization_spaces": True}]):
        yield f"added-{n}", "bert", bert, {"tokenizer_config.json": c}
    specials = {"mask_token": added("[MASK]", lstrip=True), "additional_special_tokens": [added("[URL]"), "<mask>"], "bos_token": "<s>"}
    for cls in ("PreTrainedTokenizerFast", "BertTokenizer"):
        yield f"map-{cls}", "bert", bert, {"tokenizer_config.json": {"tokenizer_class": cls}, "special_tokens_map.json": specials}
        yield f"map-added-{cls}", "bert", bert, {"tokenizer_config.json": {"tokenizer_class": cls}, "special_tokens_map.json": specials,
                                               "added_tokens.json": {"[URL]": 421, "hello": 422, "<s>": 420}}
        yield f"map-vocab-{cls}", "bert", vocab, {"tokenizer_config.json": {"tokenizer_class": cls}, "special_tokens_map.json": specials}
    yield "added-json-only", "bert", bert, {"added_tokens.json": {"[URL]": 420, "good": 421}}
    yield "added-json-vocab", "bert", vocab, {"added_tokens.json": {"[URL]": 420, "good": 421}}
    # byte-level
    files = {"vocab.json": "bytes/vocab.json", "merges.txt": "bytes/merges.txt"}
    both = {"tokenizer.json": "bytes/tokenizer.json"}
    gpt = {"unk_token": "<|endoftext|>", "bos_token": "<|endoftext|>", "eos_token": "<|endoftext|>"}
    for (name, base), (n, c) in itertools.product([("json", both), ("files", files)], enumerate(
            [{}, {"add_prefix_space": True}, {"add_bos_token": True, "bos_token": "<s>"}, {"add_prefix_space": True, "trim_offsets": False, "pad_token": "<pad>", "mask_token": "<mask>"}])):
        for model, cls in [("gpt2", "GPT2Tokenizer"), ("roberta", "RobertaTokenizer"), ("gpt_neox", "GPTNeoXTokenizer"), ("qwen2", "Qwen2Tokenizer"), ("qwen3", "Qwen2Tokenizer"), ("opt", "GPT2Tokenizer"),
                           ("bart", "BartTokenizer"), ("longformer", "LongformerTokenizer"), ("deberta", "DebertaTokenizer"), ("granite", "GPT2Tokenizer"), ("modernbert", "PreTrainedTokenizerFast"),
                           ("phi", "CodeGenTokenizer"), ("olmo", "GPTNeoXTokenizer")]:
            more = {"cls_token": "<s>", "sep_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>", "mask_token": "<mask>"} if cls == "DebertaTokenizer" else {}
            yield f"{model}-{name}-{n}", model, base, {"tokenizer_config.json": {"tokenizer_class": cls, **more, **c}}
        if n == 0:
            for model in ("gpt2", "roberta", "qwen2", "qwen3", "gpt_neox", "opt", "bart"):
                yield f"{model}-{name}-noclass", model, base, {}
    # pieces
    uni = {"tokenizer.json": "unigram/tokenizer.json"}
    for model, cls in [("xlm-roberta", "XLMRobertaTokenizer"), ("camembert", "CamembertTokenizer"), ("albert", "AlbertTokenizer"), ("deberta-v2", "DebertaV2Tokenizer"), ("t5", "T5Tokenizer"),
                       ("xlnet", "XLNetTokenizer"), ("mt5", "T5Tokenizer"), ("barthez", "BarthezTokenizer"), ("mbart", "MBartTokenizer"), ("big_bird", "BigBirdTokenizer"),
                       ("rembert", "RemBertTokenizer"), ("pegasus", "PegasusTokenizer"), ("fnet", "FNetTokenizer"), ("xglm", "XGLMTokenizer"), ("xlm-roberta", "PreTrainedTokenizerFast"),
                       ("xlm-roberta-xl", "XLMRobertaTokenizer"), ("xmod", "XLMRobertaTokenizer")]:
        for n, c in enumerate([{}, {"add_prefix_space": False}, {"do_lower_case": True, "keep_accents": True, "split_by_punct": True, "unk_token": "<unk>"}]):
            yield f"pieces-{model}-{cls}-{n}", model, uni, {"tokenizer_config.json": {"tokenizer_class": cls, **c}}
        yield f"pieces-{model}-{cls}-noclass", model, uni, {}
    # bytes in pieces
    llama = {"tokenizer.json": "llama/tokenizer.json"}
    for model, cls in [("llama", "LlamaTokenizer"), ("mistral", "LlamaTokenizer"), ("gemma", "GemmaTokenizer"), ("gemma3_text", "GemmaTokenizer"), ("phi3", "LlamaTokenizer"), ("llama", "CodeLlamaTokenizer"),
                       ("llama", "PreTrainedTokenizerFast"), ("cohere", "CohereTokenizer"), ("code_llama", "CodeLlamaTokenizer"), ("smollm3", "LlamaTokenizer"), ("qwen2", "LlamaTokenizer")]:
        for n, c in enumerate([{}, {"add_eos_token": True}, {"add_bos_token": False, "legacy": False}, {"legacy": True, "bos_token": "<s>", "eos_token": "</s>", "pad_token": "<unk>"}, {"add_prefix_space": None}]):
            yield f"{model}-{cls}-{n}", model, llama, {"tokenizer_config.json": {"tokenizer_class": cls, **c}}
        yield f"{model}-{cls}-prefix", model, llama, {"tokenizer_config.json": {"tokenizer_class": cls, "add_prefix_space": False}}
        yield f"{model}-{cls}-noclass", model, llama, {}
    # SentencePiece alone
    for model, cls, file, base in [("xlm-roberta", "XLMRobertaTokenizer", "sentencepiece.bpe.model", "spm-unigram"), ("xlm-roberta", "XLMRobertaTokenizer", "sentencepiece.bpe.model", "spm-plain"),
                                   ("camembert", "CamembertTokenizer", "sentencepiece.bpe.model", "spm-rules"), ("albert", "AlbertTokenizer", "spiece.model", "spm-albert"),
                                   ("t5", "T5Tokenizer", "spiece.model", "spm-t5"), ("mt5", "T5Tokenizer", "spiece.model", "spm-t5"), ("deberta-v2", "DebertaV2Tokenizer", "spm.model", "spm-deberta"),
                                   ("xlnet", "XLNetTokenizer", "spiece.model", "spm-rules"), ("llama", "LlamaTokenizer", "tokenizer.model", "spm-bpe"), ("mistral", "LlamaTokenizer", "tokenizer.model", "spm-bpe"),
                                   ("phi3", "LlamaTokenizer", "tokenizer.model", "spm-bpe"), ("gemma", "GemmaTokenizer", "tokenizer.model", "spm-gemma"), ("gemma2", "GemmaTokenizer", "tokenizer.model", "spm-gemma"),
                                   ("mbart", "MBartTokenizer", "sentencepiece.bpe.model", "spm-rules"), ("barthez", "BarthezTokenizer", "sentencepiece.bpe.model", "spm-rules"),
                                   ("big_bird", "BigBirdTokenizer", "spiece.model", "spm-rules"), ("rembert", "RemBertTokenizer", "sentencepiece.model", "spm-rules"), ("xlm-roberta", "XLMRobertaTokenizer", "sentencepiece.bpe.model", "spm-rules")]:
        for n, c in enumerate([{}, {"do_lower_case": True, "keep_accents": True, "split_by_punct": True, "add_eos_token": True, "legacy": False}, {"add_prefix_space": False, "model_max_length": 30, "extra_ids": 3}]):
            yield f"{base}-{model}-{n}", model, {file: f"{base}/sp.model"}, {"tokenizer_config.json": {"tokenizer_class": cls, **c}}
        yield f"{base}-{model}-noclass", model, {file: f"{base}/sp.model"}, {}
    # tokenizer.json beside a model: who wins
    two = {"tokenizer.json": "llama/tokenizer.json", "tokenizer.model": "spm-bpe/sp.model"}
    for n, c in enumerate([{}, {"add_prefix_space": True}, {"add_prefix_space": False, "legacy": False}, {"add_prefix_space": True, "legacy": False, "add_eos_token": True}, {"add_prefix_space": None, "legacy": False}]):
        for model, cls in [("llama", "LlamaTokenizer"), ("mistral", "LlamaTokenizer"), ("llama", "PreTrainedTokenizerFast")]:
            yield f"two-{model}-{cls}-{n}", model, two, {"tokenizer_config.json": {"tokenizer_class": cls, **c}}
    # a class that is told of no tokenizer.json
    for n, c in enumerate([{}, {"do_lower_case": False}]):
        yield f"null-bert-{n}", "bert", {"tokenizer.json": "bert/tokenizer.json", "vocab.txt": "bert/other.txt"}, {"tokenizer_config.json": {"tokenizer_class": "BertTokenizer", "tokenizer_file": None, **c}}
    yield "null-plain", "bert", bert, {"tokenizer_config.json": {"tokenizer_class": "BertTokenizer", "tokenizer_file": None}}
    # tokens that are found as the normalizer writes them, which then changes
    for n, c in enumerate([{}, {"do_lower_case": False}]):
        for base in ("bert", "bert-lower"):
            yield f"normalized-{base}-{n}", "bert", {"tokenizer.json": f"{base}/tokenizer.json"}, {"tokenizer_config.json": {"tokenizer_class": "BertTokenizer", "added_tokens_decoder": {
                "900": added("[URL]", special=False, normalized=True), "902": added("Café", special=False, normalized=True), "903": added("good", special=False, normalized=True)}, **c}}
    # a special token that is said to be normalized, or not, where the file says otherwise
    flags = {"bert": ("bert-lower/tokenizer.json", "BertTokenizer", ["[MASK]", "[SEP]"]), "roberta": ("bytes/tokenizer.json", "RobertaTokenizer", ["<mask>", "</s>"]),
             "llama": ("llama/tokenizer.json", "LlamaTokenizer", ["</s>", "<s>"]), "xlm-roberta": ("unigram/tokenizer.json", "XLMRobertaTokenizer", ["<mask>", "</s>"]),
             "gemma": ("llama/tokenizer.json", "GemmaTokenizer", ["</s>", "<s>"]), "modernbert": ("bert-lower/tokenizer.json", "PreTrainedTokenizerFast", ["[MASK]", "[UNK]"])}
    for model, (file, cls, names) in flags.items():
        for n, special in enumerate([True, False]):
            yield f"flags-{model}-{n}", model, {"tokenizer.json": file}, {"tokenizer_config.json": {"tokenizer_class": cls, "added_tokens_decoder": {
                str(5 + i): added(c, normalized=True, special=special, rstrip=i == 1) for i, c in enumerate(names)}}}
    # a training run's truncation and padding inside tokenizer.json
    for cls in ("BertTokenizer", "PreTrainedTokenizerFast"):
        for c in ({}, {"padding_side": "right", "pad_token": "[UNK]", "truncation_side": "right"}):
            yield f"state-{cls}-{len(c)}", "bert", {"tokenizer.json": "bert-state/tokenizer.json"}, {"tokenizer_config.json": {"tokenizer_class": cls, **c}}
    # added tokens with gaps in their ids, in the vocabulary, twice
    odd = {"10": added("good", special=False, normalized=True), "600": added("[A]"), "500": added("[B]"), "501": added("hello world", special=False, rstrip=True, single_word=True)}
    for model, cls, base in [("bert", "BertTokenizer", bert), ("roberta", "RobertaTokenizer", both), ("xlm-roberta", "XLMRobertaTokenizer", uni), ("llama", "LlamaTokenizer", llama), ("bert", "BertTokenizer", vocab)]:
        yield f"odd-{model}-{len(base)}-{list(base)[0]}", model, base, {"tokenizer_config.json": {"tokenizer_class": cls, "added_tokens_decoder": odd, "additional_special_tokens": ["[B]", "[C]"]}}
    for n, c in enumerate([{}, {"word_tokenizer_type": "basic", "subword_tokenizer_type": "character"}, {"do_lower_case": True, "word_tokenizer_type": "basic", "subword_tokenizer_type": "wordpiece"},
                           {"do_word_tokenize": False, "subword_tokenizer_type": "character"}, {"do_subword_tokenize": False}]):
        yield f"japanese-{n}", "bert", vocab, {"tokenizer_config.json": {"tokenizer_class": "BertJapaneseTokenizer", **c}}
    # classes that are Python alone in version 4 (ESM's in 5, too)
    entities = {"entity_vocab.json": {"[MASK]": 0, "[UNK]": 1, "[PAD]": 2, "[MASK2]": 3, "Seoul": 4}}
    for n, c in enumerate([{}, {"mask_token": "<null_1>", "model_max_length": 12}, {"added_tokens_decoder": {"33": added("[URL]"), "34": added("pain", special=False, normalized=True)}}]):
        yield f"esm-{n}", "esm", {"vocab.txt": "esm/vocab.txt"}, {"tokenizer_config.json": {"tokenizer_class": "EsmTokenizer", **c}}
    if transformers.__version__.startswith("4"):
        ent = lambda n: {"added_tokens_decoder": {str(n): added("<ent>"), str(n + 1): added("<ent2>")}}
        for n, c in enumerate([{}, {"additional_special_tokens": ["[URL]"], "model_max_length": 12}]):
            yield f"luke-bare-{n}", "luke", files, {"tokenizer_config.json": {"tokenizer_class": "LukeTokenizer", **c}, **entities}
            yield f"luke-{n}", "luke", files, {"tokenizer_config.json": {"tokenizer_class": "LukeTokenizer", **ent(420), **c}, **entities}
            yield f"mluke-{n}", "luke", {"sentencepiece.bpe.model": "spm-plain/sp.model"}, {"tokenizer_config.json": {"tokenizer_class": "MLukeTokenizer", "entity_token_1": "<e1>", "entity_token_2": "<e2>", **c}, **entities}


def short(part):
    """A charsmap as its length and CRC-32."""
    if isinstance(part, dict):
        return {k: [len(v), zlib.crc32(v.encode())] if k == "precompiled_charsmap" else short(v) for k, v in part.items()}
    return [short(x) for x in part] if isinstance(part, list) else part


def parts(backend):
    backend.no_truncation()
    backend.no_padding()
    j = json.loads(backend.to_str())
    vocab, merges = j["model"].pop("vocab"), j["model"].pop("merges", None)
    for key in ("version", "truncation", "padding"):
        j.pop(key)
    tokens = [p[0] for p in vocab] if isinstance(vocab, list) else [k for k, _ in sorted(vocab.items(), key=lambda x: x[1])]
    crc = lambda lines: [len(lines), zlib.crc32("\n".join(lines).encode())]
    return short(j), crc(tokens), None if merges is None else crc([" ".join(m) for m in merges])


def write(folder, resources, base, files, model_type):
    for name, source in base.items():
        shutil.copy(f"{resources}/bases/{source}", f"{folder}/{name}")
    for name, content in {"config.json": {"model_type": model_type, "transformers_version": transformers.__version__}, **files}.items():
        with open(f"{folder}/{name}", "w", encoding="utf-8") as f:
            json.dump(content, f)


def record(resources):
    for name, model_type, base, files in cases():
        case = {"id": name, "base": base, "files": {"config.json": {"model_type": model_type, "transformers_version": transformers.__version__}, **files}}
        with tempfile.TemporaryDirectory() as folder:
            write(folder, resources, base, files, model_type)
            try:
                t = AutoTokenizer.from_pretrained(folder)
                rows = []
                types = "token_type_ids" in t.model_input_names
                fast = getattr(t, "backend_tokenizer", None) is not None
                for text, pair in [(x, None) for x in TEXTS] + PAIRS:
                    e = t(text, pair)
                    rows.append([text, pair, e["input_ids"], e.get("token_type_ids") if types else None])
                case["class"] = type(t).__name__
                if fast:
                    case["parts"], case["vocabulary"], case["merges"] = parts(t.backend_tokenizer)
                case["settings"] = {"max": t.model_max_length if t.model_max_length < 1e9 else None, "padsLeft": t.padding_side == "left", "truncatesLeft": t.truncation_side == "left",
                                    "types": types, "pad": t.pad_token_id, "cleansUp": bool(t.clean_up_tokenization_spaces)}
                case["rows"] = rows
            except BaseException as x:
                case["error"] = f"{type(x).__name__}: {x}".replace(folder, "FOLDER").split("\n")[0][:160]
        print(json.dumps(case, ensure_ascii=False, separators=(",", ":")))


if __name__ == "__main__":
    if "--folders" in sys.argv:
        out = sys.argv[sys.argv.index("--folders") + 1]
        for name, model_type, base, files in cases():
            os.makedirs(f"{out}/{name}", exist_ok=True)
            write(f"{out}/{name}", sys.argv[1], base, files, model_type)
    else:
        record(sys.argv[1])
