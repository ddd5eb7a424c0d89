"""Trains the small vocabularies that the cases of record_build.py share. Self-written lines; needs tokenizers and sentencepiece.

    python make_bases.py ../resources/build/bases

One folder each: bert (vocab.txt and tokenizer.json), bytes (byte-level BPE: vocab.json, merges.txt, tokenizer.json), unigram (XLM-R's
order of special tokens: tokenizer.json), llama (BPE with byte fallback: tokenizer.json), spm-unigram and spm-bpe (SentencePiece models).
"""
import io, json, os, sys, tempfile

import sentencepiece
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

LINES = """The film was surprisingly good, and I would watch it again with my friends.
A dull plot, wooden acting and a terrible ending: two hours that I will not get back.
Café crème, naïve façade, über Straße, Ångström, señor, dvořák, façon de parler.
이 영화 정말 재미있어요. 배우들 연기가 훌륭했습니다. 다시 보고 싶어요.
별로였어요, 시간이 아까웠습니다. 음악은 좋았지만 이야기가 지루했어요.
この映画は本当に面白かったです。もう一度見たい。音楽も良かった。
这部电影真的很好看，我想再看一遍。演员演得不错。
Привет, мир! Фильм был неплохой, но длинный.
Numbers 12345, 3.14, 1,234 and 50% off; e-mail me@example.org or http://example.org/?q=a&b=c
don't can't it's we've they'll I'm ... "quoted" ``old'' — dashes – and (brackets) [too] {curly}
hello world hello word HELLO World WORLD the the that this with from have has had"""


def lines():
    return LINES.split("\n")


def write(folder, name, data):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "wb") as f:
        f.write(data if isinstance(data, bytes) else data.encode())


def bert(out):
    t = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    t.normalizer = normalizers.BertNormalizer(lowercase=False)
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    t.decoder = decoders.WordPiece()
    specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    both = lines() + [l.lower() for l in lines()]
    t.train_from_iterator(both, trainers.WordPieceTrainer(vocab_size=420, special_tokens=specials, show_progress=False))
    t.post_processor = processors.TemplateProcessing(single="[CLS]:0 $A:0 [SEP]:0", pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
                                                     special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    vocab = sorted(t.get_vocab().items(), key=lambda x: x[1])
    write(out, "vocab.txt", "".join(k + "\n" for k, _ in vocab))
    write(out, "tokenizer.json", t.to_str())
    write(out, "other.txt", "".join(k + "\n" for k, _ in vocab[:300]))
    lower = json.loads(t.to_str())
    lower["normalizer"]["lowercase"] = True
    write(out + "-lower", "tokenizer.json", json.dumps(lower, ensure_ascii=False))
    t.enable_truncation(20, direction="left")
    t.enable_padding(direction="left", pad_id=1, pad_token="[UNK]", length=20)
    write(out + "-state", "tokenizer.json", t.to_str())


def byte_level(out):
    t = Tokenizer(models.BPE())
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    t.decoder = decoders.ByteLevel()
    specials = ["<s>", "<pad>", "</s>", "<unk>", "<mask>", "<|endoftext|>"]
    t.train_from_iterator(lines(), trainers.BpeTrainer(vocab_size=420, special_tokens=specials, show_progress=False,
                                                       initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    t.post_processor = processors.ByteLevel(trim_offsets=False)
    model = json.loads(t.to_str())["model"]
    write(out, "vocab.json", json.dumps(model["vocab"], ensure_ascii=False))
    write(out, "merges.txt", "#version: 0.2\n" + "".join(" ".join(m) + "\n" for m in model["merges"]))
    write(out, "tokenizer.json", t.to_str())


def unigram(out):
    t = Tokenizer(models.Unigram())
    t.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(__import__("tokenizers").Regex(" {2,}"), " ")])
    t.pre_tokenizer = pre_tokenizers.Metaspace()
    t.decoder = decoders.Metaspace()
    specials = ["<s>", "<pad>", "</s>", "<unk>"]
    t.train_from_iterator(lines(), trainers.UnigramTrainer(vocab_size=300, special_tokens=specials, unk_token="<unk>", show_progress=False))
    j = json.loads(t.to_str())
    j["model"]["vocab"].append(["<mask>", 0.0])
    n = len(j["model"]["vocab"])
    j["added_tokens"].append({"id": n - 1, "content": "<mask>", "single_word": False, "lstrip": True, "rstrip": False, "normalized": False, "special": True})
    j["post_processor"] = json.loads(processors.TemplateProcessing(single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>",
                                     special_tokens=[("<s>", 0), ("</s>", 2)]).__getstate__())
    write(out, "tokenizer.json", Tokenizer.from_str(json.dumps(j)).to_str())


def llama(out):
    t = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    t.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    t.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(content=" ", left=1)])
    specials = ["<unk>", "<s>", "</s>"] + [f"<0x{i:02X}>" for i in range(256)]
    t.train_from_iterator([l.replace(" ", " ▁").replace(" ", "") for l in lines()][:1] and
                          ["▁" + w for l in lines() for w in l.split(" ")],
                          trainers.BpeTrainer(vocab_size=520, special_tokens=specials, show_progress=False))
    j = json.loads(t.to_str())
    j["added_tokens"] = [a for a in j["added_tokens"] if not a["content"].startswith("<0x")]
    j["post_processor"] = json.loads(processors.TemplateProcessing(single="<s> $A", pair="<s> $A <s>:1 $B:1", special_tokens=[("<s>", 1)]).__getstate__())
    write(out, "tokenizer.json", Tokenizer.from_str(json.dumps(j)).to_str())


def spm(out, name, **options):
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(lines() * 3), model_writer=model, minloglevel=2, **options)
    write(out, name, model.getvalue())


def main():
    out = sys.argv[1]
    # SentencePiece's own rules have 240 KB: a few of the kind do.
    pairs = [("ﬁ", "fi"), ("½", "1⁄2"), ("Ⅷ", "VIII"), ("\u3000", " "), ("\t", " "), ("\n", " "), ("\u200b", ""), ("\u00a0", " "), ("Ａ", "A"), ("e\u0301", "é"), ("…", "..."), ("ㆍ", "·")]
    with tempfile.NamedTemporaryFile("w", suffix=".tsv", encoding="utf-8", delete=False) as f:
        for a, b in pairs:
            f.write(" ".join(f"{ord(c):X}" for c in a) + "\t" + " ".join(f"{ord(c):X}" for c in b) + "\n")
    rules = {"normalization_rule_tsv": f.name}
    letters = "L A G V S E R T I D P K Q N F Y M H W C X B U Z O . -".split()
    write(f"{out}/esm", "vocab.txt", "".join(t + "\n" for t in ["<cls>", "<pad>", "<eos>", "<unk>", *letters, "<null_1>", "<mask>"]))
    bert(f"{out}/bert")
    byte_level(f"{out}/bytes")
    unigram(f"{out}/unigram")
    llama(f"{out}/llama")
    # nmt_nfkc has a charsmap of 240 KB: once
    spm(f"{out}/spm-unigram", "sp.model", model_type="unigram", vocab_size=260, character_coverage=1.0, user_defined_symbols=["<ent>", "[url]"])
    spm(f"{out}/spm-plain", "sp.model", model_type="unigram", vocab_size=260, character_coverage=1.0, normalization_rule_name="identity")
    spm(f"{out}/spm-rules", "sp.model", model_type="unigram", vocab_size=260, character_coverage=1.0, **rules)
    spm(f"{out}/spm-bpe", "sp.model", model_type="bpe", vocab_size=620, character_coverage=0.995, byte_fallback=True, normalization_rule_name="identity",
        remove_extra_whitespaces=False, user_defined_symbols=["<ent>"])
    # ALBERT's and DeBERTa's control symbols
    spm(f"{out}/spm-albert", "sp.model", model_type="unigram", vocab_size=260, character_coverage=1.0, **rules, pad_id=0, unk_id=1, bos_id=-1, eos_id=-1,
        control_symbols=["[CLS]", "[SEP]"], user_defined_symbols=["[MASK]"], pad_piece="<pad>")
    spm(f"{out}/spm-deberta", "sp.model", model_type="unigram", vocab_size=260, character_coverage=1.0, **rules, pad_id=0, bos_id=1, eos_id=2, unk_id=3,
        pad_piece="[PAD]", bos_piece="[CLS]", eos_piece="[SEP]", unk_piece="[UNK]")
    # T5's: no bos
    spm(f"{out}/spm-t5", "sp.model", model_type="unigram", vocab_size=260, character_coverage=1.0, **rules, pad_id=0, eos_id=1, unk_id=2, bos_id=-1, pad_piece="<pad>")
    # Gemma's
    spm(f"{out}/spm-gemma", "sp.model", model_type="bpe", vocab_size=640, character_coverage=0.995, byte_fallback=True, normalization_rule_name="identity", remove_extra_whitespaces=False,
        add_dummy_prefix=False, pad_id=0, eos_id=1, bos_id=2, unk_id=3, pad_piece="<pad>", eos_piece="<eos>", bos_piece="<bos>", user_defined_symbols=["<mask>", "\n", "\t", "▁▁", "▁▁▁"])


main()
