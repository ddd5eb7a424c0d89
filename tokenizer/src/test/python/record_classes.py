"""Writes what transformers knows of its tokenizer classes: which class a model type has, which class a name stands for, and that
class's arguments with their defaults.

    cd ../../main/resources/dev/litegraft/tokenizer/build
    python record_classes.py > transformers-4.json                          (with transformers 4.57)
    python record_classes.py transformers-4.json > transformers-5.json      (with 5.18: names of version 4 are asked for, too)

Needs sentencepiece, and tokenizers as that version wants it. One class a line.
"""
import importlib, inspect, json, os, pkgutil, sys

os.environ["HF_HUB_OFFLINE"] = "1"
import tokenizers, transformers

transformers.logging.set_verbosity_error()
from transformers.models.auto import tokenization_auto as auto

FIVE = int(transformers.__version__.split(".")[0]) >= 5


def plain(value):
    """A default as JSON; an added token as its constructor's arguments."""
    if isinstance(value, tokenizers.AddedToken):
        return {"content": value.content, "lstrip": value.lstrip, "rstrip": value.rstrip, "single_word": value.single_word,
                "normalized": value.normalized, "special": value.special, "__type": "AddedToken"}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return None


def defaults(cls):
    found = {}
    for c in reversed(cls.__mro__):
        if "__init__" in c.__dict__ and c.__module__.startswith("transformers.models"):
            for p in inspect.signature(c.__init__).parameters.values():
                if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY) and p.default is not p.empty:
                    found[p.name] = plain(p.default)
    return {k: v for k, v in found.items() if not k.startswith("_") and k not in
            ("vocab", "merges", "vocab_file", "merges_file", "tokenizer_file", "cache_dir")}


def described(cls):
    name = cls.__name__
    parents = [c.__name__ for c in cls.__mro__[1:] if c.__module__.startswith("transformers") and "okenizer" in c.__name__]
    d = {"class": name, "parents": parents[:2], "own_init": "__init__" in cls.__dict__, "padding_side": cls.padding_side,
         "truncation_side": cls.truncation_side, "model_input_names": list(cls.model_input_names),
         "vocab_files": dict(cls.vocab_files_names), "defaults": defaults(cls)}
    if FIVE:
        d["model"] = cls.model.__name__ if isinstance(getattr(cls, "model", None), type) else None
    else:
        slow = getattr(cls, "slow_tokenizer_class", None)
        d["slow"] = slow.__name__ if slow else None
    return d


def main():
    mapping = {}
    for model_type, names in auto.TOKENIZER_MAPPING_NAMES.items():
        if FIVE:
            mapping[model_type] = names
        else:
            slow, fast = names
            mapping[model_type] = fast or slow
    names = set(filter(None, mapping.values()))
    for n in auto.TOKENIZER_MAPPING_NAMES.values():
        names.update(filter(None, n if isinstance(n, tuple) else [n]))
    for n in dir(transformers):
        if n.endswith(("Tokenizer", "TokenizerFast")):
            names.add(n)
    names.update(["PreTrainedTokenizerFast", "PreTrainedTokenizer", "TokenizersBackend"])
    for other in sys.argv[1:]:
        names.update(json.load(open(other, encoding="utf-8"))["names"])
    for n in list(names):
        names.add(n.removesuffix("Fast"))
    aliases, classes = {}, {}
    for n in sorted(names):
        try:
            cls = None
            if not FIVE:  # as AutoTokenizer: the fast class first
                cls = auto.tokenizer_class_from_name(n if n.endswith("Fast") else n + "Fast")
            cls = cls or auto.tokenizer_class_from_name(n)
            if cls is None and FIVE:
                cls = auto.tokenizer_class_from_name(n + "Fast")
            if cls is None:
                continue
            aliases[n] = cls.__name__
            classes[cls.__name__] = described(cls)
        except Exception as x:
            print(n, repr(x)[:200], file=sys.stderr)
    out = sys.stdout
    out.write('{"transformers":"%s","tokenizers":"%s",\n' % (transformers.__version__, tokenizers.__version__))
    if FIVE:
        out.write('"wrong_on_the_hub":%s,\n' % json.dumps(sorted(auto.MODELS_WITH_INCORRECT_HUB_TOKENIZER_CLASS)))
        out.write('"names_for_backend":%s,\n' % json.dumps(auto.MODEL_IDS_TO_TOKENIZERS_BACKEND))
    # Several model types can share a configuration; its tokenizer is that of the last one.
    last = {v: k for k, v in auto.CONFIG_MAPPING_NAMES.items()}
    out.write('"configurations":%s,\n' % json.dumps({k: last[v] for k, v in sorted(auto.CONFIG_MAPPING_NAMES.items())}, separators=(",", ":")))
    out.write('"model_types":%s,\n' % json.dumps(mapping, separators=(",", ":")))
    out.write('"names":%s,\n"classes":{\n' % json.dumps(aliases, separators=(",", ":")))
    out.write(",\n".join(json.dumps(k) + ":" + json.dumps(v, ensure_ascii=False, separators=(",", ":")) for k, v in sorted(classes.items())))
    out.write("}}\n")


main()
