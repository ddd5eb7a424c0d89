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
    words = sorted(set(WORDS) - set(letters))
    return specials + list(letters) + ["##" + c for c in letters] + list(".,!?'-:;()") + words


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


PROMPTS = {"query": "who : ", "passage": "text about ", "clustering": "small "}


def prompted(folder):
    """An embedder whose folder names prompts; as encode_query and encode_document put them, and others by name."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    save(folder / "bare", scaled(transformers.BertModel(bert_config()), 24), tokenizer(32))
    transformer = Transformer(str(folder / "bare"), model_kwargs={"attn_implementation": "eager"})
    made = SentenceTransformer(modules=[transformer, Pooling(16, "mean")], device="cpu", prompts=PROMPTS,
                               default_prompt_name="clustering")
    made.save_pretrained(str(folder / "model"))
    remove(folder / "bare")
    edit(folder / "model" / "config_sentence_transformers.json", lambda c: {**c, "prompts": PROMPTS})
    model = SentenceTransformer(str(folder / "model"), device="cpu", model_kwargs={"attn_implementation": "eager"})
    ranked = []
    for query in QUERIES:
        for prompt, other in ((None, None), ("clustering", "passage"), (None, "query"), ("", "passage")):
            a = model.encode_query([query], prompt="") if prompt == "" else model.encode_query([query], prompt_name=prompt)
            b = model.encode_document(TEXTS, prompt="") if other == "" else model.encode_document(TEXTS, prompt_name=other)
            scores = model.similarity(a, b)[0].tolist()
            order = sorted(range(len(TEXTS)), key=lambda i: -scores[i])
            ranked.append({"query": query, "prompt": prompt, "document_prompt": other, "texts": TEXTS, "top": None, "ranked": [
                {"index": i, "score": scores[i], "logit": scores[i]} for i in order]})
    return {"judge": "encode_query, encode_document and similarity of SentenceTransformer", "rows": ranked}


INSTRUCTION = "find the play"
PLAIN_TEMPLATE = (
    "{%- set ns = namespace(task='judge the text') -%}"
    "{%- for message in messages if message.role == 'system' %}{% set ns.task = message['content'] %}{% endfor -%}"
    "<|im_start|>{{ ns.task }}<|im_end|>\n"
    "<Query>: {{ messages | selectattr('role', 'eq', 'query') | map(attribute='content') | first }}\n"
    "<Document>: {{ (messages | selectattr('role', 'equalto', 'document') | list | first)['content'] }}<|im_end|>\n"
    "{% if add_generation_prompt %}yes or no{% endif %}"
)


def decoder_tokenizer(most, words):
    """Bytes, two merges, and special tokens: as Qwen's, but small."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    merges = [("y", "e"), ("ye", "s"), ("n", "o"), ("Y", "e"), ("Ye", "s"), ("Ġ", "a"), ("e", "r"), ("i", "n")]
    tokens = alphabet + ["".join(m) for m in merges]
    made = Tokenizer(models.BPE({t: i for i, t in enumerate(tokens)}, merges))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    made.add_special_tokens([AddedToken(w, special=True, normalized=False) for w in words])
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=made, model_max_length=most, pad_token="<|endoftext|>", eos_token="<|endoftext|>", padding_side="left")


def decoder(folder, own_tokenizer, seed, tied=False):
    config = transformers.Qwen3Config(
        vocab_size=len(own_tokenizer), hidden_size=16, num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=1,
        head_dim=8, intermediate_size=24, max_position_embeddings=1024, attn_implementation="eager",
        tie_word_embeddings=tied, pad_token_id=own_tokenizer.pad_token_id, eos_token_id=own_tokenizer.eos_token_id)
    model = scaled(transformers.Qwen3ForCausalLM(config), seed)
    save(folder, model, own_tokenizer)
    return model


SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]


def logit_score(folder, single, activation):
    """A CrossEncoder of sentence-transformers whose scores are logits of words, with a chat template."""
    from sentence_transformers import CrossEncoder
    from sentence_transformers.base.modules import Transformer
    from sentence_transformers.cross_encoder.modules import LogitScore

    own = decoder_tokenizer(160, SPECIAL)
    own.chat_template = PLAIN_TEMPLATE
    decoder(folder / "bare", own, 21, tied=single)
    transformer = Transformer(str(folder / "bare"), transformer_task="text-generation",
                              model_kwargs={"attn_implementation": "eager"})
    transformer.max_seq_length = 160
    yes, no = (own.convert_tokens_to_ids(w) for w in ("yes", "no"))
    model = CrossEncoder(modules=[transformer, LogitScore(yes, None if single else no)], device="cpu",
                         activation_fn=activation, prompts=None if single else {"play": INSTRUCTION},
                         default_prompt_name=None if single else "play")
    model.save_pretrained(str(folder / "model"))
    remove(folder / "bare")
    model = CrossEncoder(str(folder / "model"), device="cpu", model_kwargs={"attn_implementation": "eager"})
    rows = []
    for query in QUERIES:
        for instruction in (None, "is it about bread"):
            options = {"prompt": instruction} if instruction else {}
            logits = model.predict([(query, text) for text in TEXTS], activation_fn=torch.nn.Identity(), batch_size=1, **options)
            ranked = model.rank(query, TEXTS, batch_size=1, **options)
            rows.append({"query": query, "texts": TEXTS, "top": None, "instruction": instruction, "ranked": [
                {"index": int(r["corpus_id"]), "score": float(r["score"]), "logit": float(logits[r["corpus_id"]])}
                for r in ranked]})
    return {"judge": "CrossEncoder.rank with LogitScore", "rows": rows}


def plain_reranker(folder, name, special, words, single, render):
    """A causal language model alone: its publisher's own way to put query and text together, and the words it compares."""
    own = decoder_tokenizer(1024, special)
    model = decoder(folder / "model", own, 22)
    rows = []
    for query in QUERIES:
        for instruction in (None, "find bread"):
            if instruction and name == "bge-gemma":
                continue
            scores = []
            for text in TEXTS:
                ids = [i for part in render(query, text, instruction) for i in own(part, add_special_tokens=False)["input_ids"]]
                with torch.no_grad():
                    logits = model(torch.tensor([ids])).logits[0, -1]
                yes, no = (logits[own.convert_tokens_to_ids(w)].item() for w in words)
                scores.append(yes if single else yes - no)
            order = sorted(range(len(TEXTS)), key=lambda i: -scores[i])
            rows.append({"query": query, "texts": TEXTS, "top": None, "instruction": instruction, "ranked": [
                {"index": i, "score": 1 / (1 + float(np.exp(-scores[i]))), "logit": scores[i]} for i in order]})
    return {"judge": f"the publisher's code for {name}, logits of {words}, sigmoid", "reranker": name, "rows": rows}


def qwen3_parts(query, text, instruction):
    task = instruction or "Given a web search query, retrieve relevant passages that answer the query"
    return [
        "<|im_start|>system\nJudge whether the Document meets the requirements based on the Query and the Instruct provided. "
        'Note that the answer can only be "yes" or "no".<|im_end|>\n<|im_start|>user\n',
        f"<Instruct>: {task}\n<Query>: {query}\n<Document>: {text}",
        "<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n",
    ]


def mxbai_parts(query, text, instruction):
    return [
        "<|im_start|>system\nYou are Qwen, created by Alibaba Cloud. You are a helpful assistant.<|im_end|>\n<|im_start|>user\n",
        (f"instruction: {instruction}\n" if instruction else "") + f"query: {query}", "\n", f"document: {text}", "\n",
        "You are a search relevance expert who evaluates how well documents match search queries. For each query-document pair, "
        "carefully analyze the semantic relationship between them, then provide your binary relevance judgment (0 for not "
        "relevant, 1 for relevant).\nRelevance:",
        "<|im_end|>\n<|im_start|>assistant\n",
    ]


def bge_gemma_parts(query, text, instruction):
    return [
        "<bos>", f"A: {query}", "\n", f"B: {text}", "\n",
        "Given a query A and a passage B, determine whether the passage contains an answer to the query by providing a "
        "prediction of either 'Yes' or 'No'.",
    ]


def qa(folder):
    """With transformers 4.57.6, whose question-answering pipeline version 5 removed."""
    model = scaled(transformers.BertForQuestionAnswering(bert_config()), 15, 2.0)
    save(folder / "model", model, tokenizer(32))
    ask = transformers.pipeline("question-answering", model=model, tokenizer=tokenizer(32), device="cpu")
    rows = []
    for question in QUERIES:
        for context in (TEXTS[0], LONG):
            for options in ({}, {"top_k": 3}, {"doc_stride": 4}, {"max_answer_len": 3}, {"handle_impossible_answer": True}):
                if "doc_stride" not in options:
                    options = {**options, "doc_stride": 8}
                answers = ask(question=question, context=context, max_seq_len=32, **options)
                rows.append({"question": question, "context": context, "options": options,
                             "answers": answers if isinstance(answers, list) else [answers]})
    return {"pipeline": "question-answering", "rows": rows}


def splade(folder, kind, **options):
    from sentence_transformers import SparseEncoder
    from sentence_transformers.base.modules import Transformer
    from sentence_transformers.sparse_encoder.modules import SpladePooling

    if kind == "bert":
        model = transformers.BertForMaskedLM(bert_config())
    else:
        model = transformers.DistilBertForMaskedLM(transformers.DistilBertConfig(
            vocab_size=len(vocabulary()), dim=16, n_layers=2, n_heads=2, hidden_dim=24, max_position_embeddings=64,
            attn_implementation="eager"))
    save(folder / "bare", scaled(model, 16), tokenizer(32))
    transformer = Transformer(str(folder / "bare"), transformer_task="fill-mask", model_kwargs={"attn_implementation": "eager"})
    made = SparseEncoder(modules=[transformer, SpladePooling(**options)], device="cpu")
    made.save_pretrained(str(folder / "model"))
    remove(folder / "bare")
    made = SparseEncoder(str(folder / "model"), device="cpu", model_kwargs={"attn_implementation": "eager"})
    vectors, ranked = [], []
    for text in TEXTS:
        vector = made.encode([text], convert_to_sparse_tensor=False)[0].numpy()
        ids = np.nonzero(vector)[0]
        vectors.append({"text": text, "sparse": [
            {"token": made.tokenizer.convert_ids_to_tokens(int(i)), "id": int(i), "weight": float(vector[i])} for i in ids]})
    for query in QUERIES:
        scores = made.similarity(made.encode_query([query]), made.encode_document(TEXTS))[0].tolist()
        order = sorted(range(len(TEXTS)), key=lambda i: -scores[i])
        ranked.append({"query": query, "texts": TEXTS, "top": None, "ranked": [
            {"index": i, "score": scores[i], "logit": scores[i]} for i in order]})
    return {"judge": "SparseEncoder.encode and similarity", "vectors": vectors, "rows": ranked}


def multi_vector(folder, form):
    """ColBERT: as sentence-transformers 6 saves it, and as PyLate does, which sentence-transformers 6 reads."""
    import string

    from sentence_transformers import MultiVectorEncoder
    from sentence_transformers.base.modules import Dense, Normalize, Transformer
    from sentence_transformers.multi_vector_encoder.modules import MultiVectorMask

    save(folder / "bare", scaled(transformers.BertModel(bert_config()), 17), tokenizer(40))
    expansion = {"fixed": {"strategy": "fixed", "length": 12, "attend": False},
                 "min": {"strategy": "min", "length": 14, "attend": True, "token": "[unused0]"}}.get(form)
    transformer = Transformer(str(folder / "bare"), model_kwargs={"attn_implementation": "eager"}, query_expansion=expansion,
                              document_length=30, query_length=16 if form == "min" else None)
    dense = Dense(16, 8, bias=form == "min", activation_function=torch.nn.Identity(), module_input_name="token_embeddings")
    with torch.no_grad():
        for p in dense.parameters():
            p.copy_(0.4 * torch.randn(p.shape, generator=torch.Generator().manual_seed(5)))
    skipped = list(string.punctuation) if form == "fixed" else [".", "the"]
    made = MultiVectorEncoder(
        modules=[transformer, dense, MultiVectorMask(skipped, skiplist_tasks=["query", "document"] if form == "min" else None),
                 Normalize(module_input_name="token_embeddings")],
        prompts={"query": "who: ", "document": "text: "} if form != "pylate" else None, device="cpu",
        similarity_fn_name="meanmaxsim" if form == "min" else None)
    made.save_pretrained(str(folder / "model"))
    remove(folder / "bare")
    if form == "pylate":
        edit(folder / "model" / "modules.json", lambda m: [
            {**m[0], "type": "sentence_transformers.models.Transformer"}, {**m[1], "type": "pylate.models.Dense.Dense"}])
        edit(folder / "model" / "1_Dense" / "config.json", lambda d: {
            k: v for k, v in d.items() if not k.startswith("module_")})
        edit(folder / "model" / "sentence_bert_config.json", lambda d: {"max_seq_length": 29, "do_lower_case": False})
        edit(folder / "model" / "config_sentence_transformers.json", lambda d: {
            "__version__": {"sentence_transformers": "5.1.1", "transformers": "4.56.2", "pytorch": "2.8.0+cpu"},
            "model_type": "ColBERT", "prompts": {}, "default_prompt_name": None, "similarity_fn_name": "MaxSim",
            "query_prefix": "[unused0]", "document_prefix": "[unused1]", "query_length": 12, "document_length": 30,
            "attend_to_expansion_tokens": False, "skiplist_words": [",", ".", "?"]})
        for left in ("2_MultiVectorMask", "3_Normalize"):
            if (folder / "model" / left).exists():
                remove(folder / "model" / left)
    return late_interaction(folder)


def late_interaction(folder):
    from sentence_transformers import MultiVectorEncoder

    made = MultiVectorEncoder(str(folder / "model"), device="cpu", model_kwargs={"attn_implementation": "eager"})
    vectors, ranked = [], []
    for text in TEXTS:
        vectors.append({"text": text, "token_embeddings": made.encode_document([text])[0].tolist()})
    for query in QUERIES + [LONG]:
        asked = made.encode_query([query])
        scores = [made.similarity(asked, made.encode_document([text]))[0][0].item() for text in TEXTS]
        order = sorted(range(len(TEXTS)), key=lambda i: -scores[i])
        ranked.append({"query": query, "texts": TEXTS, "top": None, "ranked": [
            {"index": i, "score": scores[i], "logit": scores[i]} for i in order]})
    return {"judge": "MultiVectorEncoder.encode_document, encode_query and similarity", "vectors": vectors, "rows": ranked}


def stanford(folder):
    """ColBERT as Stanford's own library saves it, which sentence-transformers 6 reads."""
    from safetensors.torch import save_file
    from sentence_transformers import MultiVectorEncoder

    model = scaled(transformers.BertModel(bert_config()), 23)
    save(folder / "model", model, tokenizer(40))
    matrix = 0.4 * torch.randn(8, 16, generator=torch.Generator().manual_seed(7))
    tensors = {f"bert.{k}": v.contiguous() for k, v in model.state_dict().items()}
    save_file({**tensors, "linear.weight": matrix}, str(folder / "model" / "model.safetensors"), metadata={"format": "pt"})
    edit(folder / "model" / "config.json", lambda c: {**c, "architectures": ["HF_ColBERT"]})
    (folder / "model" / "artifact.metadata").write_text(json.dumps({
        "query_token_id": "[unused0]", "doc_token_id": "[unused1]", "query_token": "[Q]", "doc_token": "[D]",
        "doc_maxlen": 30, "query_maxlen": 12, "dim": 8, "mask_punctuation": True, "attend_to_mask_tokens": False,
        "similarity": "cosine", "checkpoint": "small"}))
    return late_interaction(folder)


def static(folder, normalize):
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    own = tokenizer(32)
    weights = torch.randn(len(vocabulary()), 12, generator=torch.Generator().manual_seed(3)).numpy()
    modules = [StaticEmbedding(own, embedding_weights=weights)] + ([Normalize()] if normalize else [])
    SentenceTransformer(modules=modules, device="cpu").save_pretrained(str(folder / "model"))
    model = SentenceTransformer(str(folder / "model"), device="cpu")
    vectors = []
    for text in TEXTS + [LONG * 5, "a 日本 play"]:
        for n in (None, 5):
            x = model.encode([text], truncate_dim=n)[0] if n else model.encode([text])[0]
            unit = x / np.linalg.norm(x)
            vectors.append({"text": text, "dimensions": n, "float": x.tolist(),
                            "int8": np.round(127 * unit).astype(int).tolist(), "binary": np.packbits(x > 0).tolist()})
    return {"judge": "SentenceTransformer.encode", "vectors": vectors}


def model2vec(folder):
    """A folder of model2vec alone, and its formula: unknown words left out, the mean, length 1."""
    from safetensors.numpy import save_file

    own = tokenizer(32)._tokenizer
    weights = np.random.default_rng(4).standard_normal((len(vocabulary()), 12), dtype=np.float32)
    (folder / "model").mkdir()
    save_file({"embeddings": weights}, folder / "model" / "model.safetensors")
    own.save(str(folder / "model" / "tokenizer.json"))
    (folder / "model" / "config.json").write_text(json.dumps(
        {"model_type": "model2vec", "architectures": ["StaticModel"], "hidden_dim": 12, "normalize": True}))
    vectors = []
    for text in TEXTS + ["a 日本 play"]:
        ids = [i for i in own.encode(text, add_special_tokens=False).ids if i != own.token_to_id("[UNK]")]
        mean = weights[ids].astype(np.float64).mean(0)
        x = mean / np.linalg.norm(mean)
        vectors.append({"text": text, "dimensions": None, "float": x.tolist(),
                        "int8": np.round(127 * x).astype(int).tolist(), "binary": np.packbits(x > 0).tolist()})
    return {"judge": "model2vec's formula in float64", "vectors": vectors}


def edit(file, change):
    file.write_text(json.dumps(change(json.loads(file.read_text()))))


def remove(folder):
    import shutil

    shutil.rmtree(folder)


CASES = {
    "nli-three": lambda f: nli(f, ["contradiction", "neutral", "entailment"]),
    "nli-two": lambda f: nli(f, ["ENTAILMENT", "not_entailment"]),
    "tagger": tagger,
    "cross-encoder": lambda f: cross_encoder(f, None),
    "cross-encoder-identity": lambda f: cross_encoder(f, torch.nn.Identity()),
    "logit-score": lambda f: logit_score(f, False, None),
    "logit-score-single": lambda f: logit_score(f, True, torch.nn.Identity()),
    "qwen3-reranker": lambda f: plain_reranker(f, "qwen3", SPECIAL, ("yes", "no"), False, qwen3_parts),
    "mxbai-reranker": lambda f: plain_reranker(f, "mxbai", SPECIAL, ("1", "0"), False, mxbai_parts),
    "bge-gemma-reranker": lambda f: plain_reranker(f, "bge-gemma", SPECIAL + ["<bos>"], ("Yes", "Yes"), True, bge_gemma_parts),
    "qa": qa,
    "splade": lambda f: splade(f, "bert"),
    "splade-sum": lambda f: splade(f, "distilbert", pooling_strategy="sum", activation_function="log1p_relu"),
    "colbert": lambda f: multi_vector(f, "fixed"),
    "colbert-min": lambda f: multi_vector(f, "min"),
    "colbert-pylate": lambda f: multi_vector(f, "pylate"),
    "colbert-stanford": stanford,
    "static": lambda f: static(f, False),
    "static-normalized": lambda f: static(f, True),
    "model2vec": model2vec,
    "bi-encoder": bi_encoder,
    "bi-encoder-prompts": prompted,
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
