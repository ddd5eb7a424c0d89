"""python expect.py MODEL_DIR texts.txt > answers.jsonl: what the original answers, for `litegraft … --expected answers.jsonl`.

Run it where the model was trained: MODEL_DIR is a folder of transformers, of sentence-transformers or of PEFT. texts.txt has a
text a line; a tab parts the two texts of a pair. Everything is computed in float32, on the CPU, one text at a time.
"""
import json, os, sys, torch, transformers as t
folder, path = sys.argv[1:3]
rows = [line.rstrip("\n").split("\t") for line in open(path, encoding="utf-8-sig") if line.strip("\n")]
exact, versions = {"torch_dtype": torch.float32, "attn_implementation": "eager"}, {"torch": torch.__version__, "transformers": t.__version__}
has = lambda name: os.path.exists(os.path.join(folder, name))
read = lambda name: json.load(open(os.path.join(folder, name), encoding="utf-8")) if has(name) else {}
numbers = lambda value: torch.as_tensor(value[0]).reshape(-1).tolist()
def asked(row, ask):
    try: return ask()
    except (IndexError, RuntimeError) as e: sys.exit("the model cannot answer this text; is it longer than the model has positions? (%s) %.60s" % (e, row[0]))
def say(**line): print(json.dumps(line), flush=True)
def answer(row, x, **made):
    types = x["token_type_ids"][0].tolist() if "token_type_ids" in x else None
    say(text=row[0], **({"pair": row[1]} if row[1:] else {}), ids=torch.atleast_2d(x["input_ids"])[0].tolist(), types=types, **made)
adapter, library = read("adapter_config.json"), read("config_sentence_transformers.json").get("model_type")
base = adapter.get("base_model_name_or_path", folder)
config = t.AutoConfig.from_pretrained(base).to_dict() if adapter and not has("modules.json") else read("config.json")
kind = adapter.get("task_type") or str(config.get("architectures") or "SequenceClassification")
tags, cross = "Token" in kind or kind == "TOKEN_CLS", library == "CrossEncoder" or {"sentence_transformers", "sbert_ce_default_activation_function"} & set(config)
if library in ("SparseEncoder", "MultiVectorEncoder") or "QuestionAnswering" in kind:
    sys.exit("this script records classifiers, taggers, embedders and cross-encoders: not " + (library or kind))
if cross or has("modules.json") or not ("Classification" in kind or kind in ("SEQ_CLS", "TOKEN_CLS")):
    import sentence_transformers as st
    given = {"model_kwargs": exact} if int(st.__version__.split(".")[0]) > 3 else {}  # before, float32 was what it took itself
    model = (st.CrossEncoder if cross else st.SentenceTransformer)(folder, device="cpu", **given)
    seen, first = [], model[0] if isinstance(model, torch.nn.Sequential) else model.model
    first.register_forward_pre_hook(lambda _, args, named: seen.append(dict(args[0] if args else named.get("features", named))), with_kwargs=True)
    name = "activation_fn" if hasattr(model, "activation_fn") else "activation_fct"
    own = getattr(model, name, None) or getattr(model, "default_activation_function", None)  # in some versions a given one stays
    say(versions={**versions, "sentence_transformers": st.__version__}, texts=len(rows), **{"class": type(model).__name__})
    for row in rows:
        if cross and not row[1:]: sys.exit("a cross-encoder needs two texts a line, parted by a tab: " + row[0])
        if cross: made = {k: numbers(asked(row, lambda: model.predict([tuple(row)], **{name: f}))) for k, f in (("logits", torch.nn.Identity()), ("scores", own))}
        else: made, row = {"vector": numbers(asked(row, lambda: model.encode(row[:1])))}, row[:1]
        answer(row, seen[-1], **made)
else:
    loaded = t.AutoModelForTokenClassification if tags else t.AutoModelForSequenceClassification
    if adapter:
        import peft
        versions["peft"], loaded = peft.__version__, peft.AutoPeftModelForTokenClassification if tags else peft.AutoPeftModelForSequenceClassification
        heads = (".score.weight", ".classifier.weight", ".classifier.out_proj.weight")
        exact.update({"num_labels": w.shape[0] for n, w in peft.utils.load_peft_weights(folder, device="cpu").items() if n.endswith(heads)})
    model, tokenizer = loaded.from_pretrained(folder, **exact).eval(), t.AutoTokenizer.from_pretrained(folder if has("tokenizer_config.json") else base)
    say(versions=versions, texts=len(rows), **{"class": type(model.get_base_model() if adapter else model).__name__})
    pipe = None if tags else t.pipeline("text-classification", model=model, tokenizer=tokenizer, device="cpu", top_k=None)
    for row in rows:
        x = tokenizer(*row, truncation=True, return_tensors="pt")
        with torch.no_grad(): logits = asked(row, lambda: model(**x).logits[0].tolist())
        best = [] if tags else pipe({"text": row[0], "text_pair": row[1]} if row[1:] else row[0], truncation=True)
        best = best[0] if best and isinstance(best[0], list) else best
        labels = [model.config.id2label[n.index(max(n))] for n in logits] if tags else [b["label"] for b in best]
        answer(row, x, logits=logits, labels=labels, **({} if tags else {"scores": [b["score"] for b in best]}))
