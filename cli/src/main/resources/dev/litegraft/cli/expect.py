"""python expect.py MODEL_DIR texts.txt > answers.jsonl: what the original answers, for `litegraft … --expected answers.jsonl`.

Run it where the model was trained: MODEL_DIR is a folder of transformers, of sentence-transformers or of PEFT. texts.txt has a
text a line; a tab parts the two texts of a pair. Everything is computed in float32, on the CPU, one text at a time.
"""
import inspect, json, os, sys, torch, transformers
folder, path = sys.argv[1:3]
rows = [line.rstrip("\r\n").split("\t") for line in open(path, encoding="utf-8") if line.strip("\r\n")]
old = tuple(int(n) for n in transformers.__version__.split(".")[:2]) < (4, 56)
exact = {"torch_dtype" if old else "dtype": torch.float32, "attn_implementation": "eager"}
versions = {"torch": torch.__version__, "transformers": transformers.__version__}
read = lambda name: json.load(open(os.path.join(folder, name), encoding="utf-8")) if os.path.exists(os.path.join(folder, name)) else {}
numbers = lambda value: torch.as_tensor(value[0]).reshape(-1).tolist()
def say(**line): print(json.dumps(line, ensure_ascii=False), flush=True)
def answer(row, x, **numbers):
    types = x["token_type_ids"][0].tolist() if "token_type_ids" in x else None
    say(text=row[0], **({"pair": row[1]} if len(row) > 1 else {}), ids=x["input_ids"][0].tolist(), types=types, **numbers)
config, adapter = read("config.json"), read("adapter_config.json")
cross = read("config_sentence_transformers.json").get("model_type") == "CrossEncoder" or "sentence_transformers" in config or "sbert_ce_default_activation_function" in config
bare = not adapter and not any("Classification" in name for name in config.get("architectures") or ["Classification"])
if cross or bare or os.path.exists(os.path.join(folder, "modules.json")):
    import sentence_transformers as st
    versions["sentence_transformers"] = st.__version__
    kind = st.CrossEncoder if cross else st.SentenceTransformer
    given = [name for name in ("model_kwargs", "automodel_args") if name in inspect.signature(kind.__init__).parameters]
    model = kind(folder, device="cpu", **({given[0]: exact} if given else {}))
    seen, first = [], model[0] if isinstance(model, torch.nn.Sequential) else model.model
    first.register_forward_pre_hook(lambda _, args, named: seen.append(dict(args[0] if args else named.get("features", named))), with_kwargs=True)
    named = "activation_fn" if hasattr(model, "activation_fn") else "activation_fct"  # one that is given stays in some versions
    own = getattr(model, "activation_fn", None) or getattr(model, "default_activation_function", None)
    ask = lambda pair, function: numbers(model.predict([tuple(pair)], **{named: function}))
    say(versions=versions, **{"class": type(model).__name__})
    for row in rows:
        if cross and len(row) < 2: sys.exit("a cross-encoder needs two texts a line, parted by a tab: " + row[0])
        made = {"logits": ask(row, torch.nn.Identity()), "scores": ask(row, own)} if cross else {"vector": numbers(model.encode(row[:1]))}
        answer(row if cross else row[:1], seen[-1], **made)
else:
    from transformers import AutoModelForSequenceClassification as Classes, AutoModelForTokenClassification as Tags, AutoTokenizer
    tags = adapter.get("task_type") == "TOKEN_CLS" or "TokenClassification" in str(config.get("architectures"))
    if adapter:
        import peft
        versions["peft"] = peft.__version__
        Classes, Tags = peft.AutoPeftModelForSequenceClassification, peft.AutoPeftModelForTokenClassification
        saved = peft.utils.load_peft_weights(folder, device="cpu")
        heads = [w.shape[0] for n, w in saved.items() if n.endswith((".score.weight", ".classifier.weight", ".classifier.out_proj.weight"))]
        exact |= {"num_labels": heads[0]} if heads else {}
    model = (Tags if tags else Classes).from_pretrained(folder, **exact).eval()
    own = not adapter or os.path.exists(os.path.join(folder, "tokenizer_config.json"))
    tokenizer = AutoTokenizer.from_pretrained(folder if own else adapter["base_model_name_or_path"])
    say(versions=versions, **{"class": type(model.get_base_model() if adapter else model).__name__})
    pipe = None if tags else transformers.pipeline("text-classification", model=model, tokenizer=tokenizer, device="cpu", top_k=None)
    for row in rows:
        x = tokenizer(*row, truncation=True, return_tensors="pt")
        with torch.no_grad(): logits = model(**x).logits[0].tolist()
        best = [] if tags else pipe(row[0] if len(row) < 2 else {"text": row[0], "text_pair": row[1]}, truncation=True)
        best = best[0] if best and isinstance(best[0], list) else best
        answer(row, x, logits=logits, **({} if tags else {"scores": [b["score"] for b in best], "labels": [b["label"] for b in best]}))
