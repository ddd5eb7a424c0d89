"""record_folders.py BASES OUT [REGEX]: makes up folders as a library saves them, and records what that library answers.

Run it with transformers 5.18.0 or 4.57.6, sentence-transformers 6.0.1 (5.1.2, 4.1.0, 3.4.1, 2.7.0) and peft 0.21: the names of
what it makes begin with the version. BASES holds the folders of ../resources/conformance, unzipped: their tokenizers are
varied here, and their configs. Of some 2,400 folders those whose reading was wrong are kept in ../resources/conformance.
"""
import os, sys, json, re, shutil, hashlib, random, traceback, warnings, logging, tempfile
warnings.filterwarnings("ignore"); logging.disable(logging.WARNING)
os.environ["TRANSFORMERS_VERBOSITY"]="error"; os.environ["HF_HUB_OFFLINE"]="1"; os.environ["TOKENIZERS_PARALLELISM"]="false"
import torch, transformers as T
torch.set_num_threads(1)
T.logging.set_verbosity_error(); T.logging.disable_progress_bar()
V = T.__version__[0]; C, OUT = sys.argv[1:3]; RX = sys.argv[3] if len(sys.argv) > 3 else ""
def rows_of(task): return json.load(open(C+"/"+next(d for d in sorted(os.listdir(C)) if f"-{task}" in d)+"/expected.json"))["rows"]
TEXTS=[r["text"] for r in rows_of("single")]
PAIRS=[(r["text"],r["pair"]) for r in rows_of("pair")]
EXTRA=["  leading and trailing\u2003 ", "ß DŽ İstanbul ŞIŞ ǅ ΌΣΟΣ", "[CLS] query [SEP] passage <mask> [MASK]x <MASK>"]
TEXTS=TEXTS+EXTRA
FAMS="ALBERT BERT CamemBERT DeBERTa-v2 DistilBERT ELECTRA GPT-2 GPT-NeoX Gemma Gemma2 Gemma3 Granite Llama Mistral ModernBERT OPT Phi3 Qwen2 Qwen3 RoBERTa SmolLM3 XLM-RoBERTa".split()
ENC="ALBERT BERT CamemBERT DeBERTa-v2 DistilBERT ELECTRA ModernBERT RoBERTa XLM-RoBERTa".split()
def plain(f):
    all_of=sorted(x for x in os.listdir(C) if x[1:].startswith(f"-{f}-") and "of_images" not in x)
    names=[x for x in all_of if x[0]==V and 'peft' not in x] or [x for x in all_of if 'peft' not in x] or all_of  # kept are a few of each
    for want in ("single-plain","-pair","cfg_","max24","left_pad","trunc_left","state_saved"):
        for n in names:
            if want in n and 'own' not in n: return f"{C}/{n}/model"
    return f"{C}/{names[0]}/model"
def kind_folder(k):
    n=[x for x in sorted(os.listdir(C)) if x.startswith(V+"-") and f"own_{k}" in x]
    if not n: n=[x for x in sorted(os.listdir(C)) if f"own_{k}" in x]
    return f"{C}/{n[0]}/model"
def seed(s): 
    h=int(hashlib.sha256(s.encode()).hexdigest()[:8],16); torch.manual_seed(h); random.seed(h)
def tokenizer(f, o):
    init=dict(o.get("init",{}))
    if "kind" in o: 
        t=(T.PreTrainedTokenizerFast if V=="4" else T.AutoTokenizer).from_pretrained(kind_folder(o["kind"]), **init)
    else:
        d=plain(f)
        t=T.AutoTokenizer.from_pretrained(d, **init)
    t.padding_side=o.get("side", t.padding_side if "side" in o else ("left" if False else t.padding_side))
    if f=="SmolLM3" or f=="Granite": t.padding_side=o.get("side","right"); 
    if "tside" in o: t.truncation_side=o["tside"]
    t.model_max_length={"max":0}.get("x",60 if f not in ENC or f=="ModernBERT" else 62)
    if "max" in o: t.model_max_length=o["max"]
    if o.get("no_max"): t.model_max_length=int(1e30)
    if "norm" in o or "pretok" in o:
        import tokenizers as K; b=t.backend_tokenizer
        n={"nfkc":K.normalizers.NFKC(),"lower":K.normalizers.Lowercase(),"replace":K.normalizers.Replace("film","movie"),"strip":K.normalizers.Strip(),"stripacc":K.normalizers.Sequence([K.normalizers.NFD(),K.normalizers.StripAccents()]),"prepend":K.normalizers.Prepend("x")}.get(o.get("norm"))
        if n is not None: b.normalizer=K.normalizers.Sequence([n,b.normalizer]) if b.normalizer else n
        if o.get("pretok")=="digits": b.pre_tokenizer=K.pre_tokenizers.Sequence([K.pre_tokenizers.Digits(True)]+([b.pre_tokenizer] if b.pre_tokenizer else []))
        if o.get("pretok")=="punct": b.pre_tokenizer=K.pre_tokenizers.Sequence([K.pre_tokenizers.Punctuation()]+([b.pre_tokenizer] if b.pre_tokenizer else []))
    if "add" in o: t.add_tokens([x if isinstance(x,str) else T.AddedToken(**x) for x in o["add"]])
    if "add_special" in o: t.add_special_tokens({"additional_special_tokens":o["add_special"]}) if V=="4" else t.add_special_tokens({"extra_special_tokens":o["add_special"]})
    if "new_pad" in o: t.add_special_tokens({"pad_token":o["new_pad"]})
    if "tokens" in o: t.add_special_tokens(o["tokens"])
    if "used" in o: t("hello there "*30, truncation=True, max_length=o["used"], padding="max_length")
    if t.pad_token is None: t.pad_token=t.eos_token or t.unk_token
    return t
AUTO={"single":T.AutoModelForSequenceClassification,"pair":T.AutoModelForSequenceClassification,"multi":T.AutoModelForSequenceClassification,"one":T.AutoModelForSequenceClassification,"regression":T.AutoModelForSequenceClassification,"ce":T.AutoModelForSequenceClassification,"token":T.AutoModelForTokenClassification,"embed":T.AutoModel,"peft":T.AutoModelForSequenceClassification}
def scramble(m):
    with torch.no_grad():
        for n,p in m.named_parameters():
            if p.dim()>=2: p.normal_(0, 0.6 if ("embed" in n or "wte" in n or "wpe" in n) else 1.3/p.shape[-1]**.5)
            elif "norm" in n.lower() or "ln_" in n: p.normal_(1.0 if n.endswith("weight") and not ("gemma" in type(m).__name__.lower()) else 0.0, .2)
            else: p.normal_(0,.2)
    return m
def config(f, task, t, o):
    c=T.AutoConfig.from_pretrained(plain(f))
    n=max([len(t)]+[i+1 for i in t.get_vocab().values()]); c.vocab_size=(n+7)//8*8+o.get("resize",0)
    c.pad_token_id=t.pad_token_id
    if o.get("pad_none"): c.pad_token_id=None
    c.architectures=None
    c.id2label=None
    labels=o.get("labels") or {"one":["LABEL_0"],"ce":["LABEL_0"],"regression":["값"],"token":["O","B-PER","I-PER","B-LOC","I-LOC"],"multi":["a","b","c","d"]}.get(task,["부정","긍정","중립"])
    if task=="token" and o.get("tags"): labels=o["tags"]
    c.num_labels=len(labels)
    c.id2label={i:l for i,l in enumerate(labels)}; c.label2id={l:i for i,l in enumerate(labels)}
    c.problem_type={"regression":"regression","multi":"multi_label_classification","single":"single_label_classification","pair":"single_label_classification"}.get(task)
    if "problem" in o: c.problem_type=o["problem"]
    for k,v in o.get("cfg",{}).items(): setattr(c,k,v)
    for k,v in o.get("extra",{}).items(): setattr(c,k,v)
    c.transformers_version=None
    for k in ("dtype","torch_dtype"):
        pass
    return c
def build(f, task, o, d, name):
    t=tokenizer(f,o.get("tok",{})); c=config(f,task,t,o)
    cls=o.get("auto") and getattr(T,o["auto"]) or AUTO[task]
    m=scramble(cls.from_config(c) if hasattr(cls,"from_config") else cls(c)).eval()
    dt=o.get("dtype") or ["float32","float16","bfloat16"][int(hashlib.md5(name.encode()).hexdigest()[:4],16)%3]
    m=m.to(getattr(torch,dt)); m.save_pretrained(d, **({"max_shard_size":o["shards"]} if "shards" in o else {})); t.save_pretrained(d, **o.get("toksave",{}))
    return dt
def jedit(d, file, fn):
    p=f"{d}/{file}"; j=json.load(open(p)) if os.path.exists(p) else {}; r=fn(j); json.dump(j if r is None else r, open(p,"w"), ensure_ascii=False, indent=2)
F32={"dtype" if V=="5" else "torch_dtype":torch.float32,"attn_implementation":"eager"}
def rnd(x): return [rnd(y) for y in x] if isinstance(x,list) else round(x,6)
def transformers_rows(d, task, adapter=None):
    pairs = task=="pair"; tagger = task=="token"
    if adapter:
        from peft import PeftModel
        base=(T.AutoModelForTokenClassification if tagger else AUTO[task]).from_pretrained(d, **adapter.get("load",{}), **F32)
        src=d
        if os.path.exists(adapter["dir"]+"/tokenizer_config.json") or os.path.exists(adapter["dir"]+"/tokenizer.json"): src=adapter["dir"]
        t=T.AutoTokenizer.from_pretrained(src)
        if adapter.get("resize"): base.resize_token_embeddings(adapter["resize"])
        m=PeftModel.from_pretrained(base, adapter["dir"]).eval().float()
        m=m.merge_and_unload() if adapter.get("merge") else m
    else:
        m=AUTO[task].from_pretrained(d, **F32).eval(); t=T.AutoTokenizer.from_pretrained(d)
    pipe=T.pipeline("token-classification" if tagger else "text-classification", model=m, tokenizer=t, device="cpu")
    rows=[]
    for x in (PAIRS if pairs else TEXTS):
        row={"text":x[0],"pair":x[1]} if pairs else {"text":x}
        try:
            e=t(*(x if pairs else (x,)), truncation=True, return_tensors="pt"); 
            with torch.no_grad(): lg=m(**e).logits[0].float()
            row["ids"]=e["input_ids"][0].tolist(); row["types"]=e["token_type_ids"][0].tolist() if "token_type_ids" in e else None
            if row["types"] is None: del row["types"]
            row["logits"]=rnd(lg.tolist())
            if not torch.isfinite(lg).all(): raise ValueError("not finite")
            if tagger:
                for how in ("none","simple"):
                    pp=T.pipeline("token-classification", model=m, tokenizer=t, device="cpu", aggregation_strategy=how)
                    row[how]=[[g.get("entity_group",g.get("entity")), round(float(g["score"]),6), g["start"], g["end"]] for g in pp(x)]
            else:
                r=pipe({"text":x[0],"text_pair":x[1]} if pairs else x, top_k=None, truncation=True); r=r[0] if isinstance(r[0],list) else r
                row["labels"]=[q["label"] for q in r]; row["scores"]=[round(q["score"],6) for q in r]
        except Exception as ex: row={k:row[k] for k in ("text","pair") if k in row}; row["error"]=f"{type(ex).__name__}: {ex}"[:200]
        rows.append(row)
    return rows
def st_rows(d, ce=False, prompt=None):
    import sentence_transformers as S
    m=(S.CrossEncoder if ce else S.SentenceTransformer)(d, device="cpu", **(dict(model_kwargs=F32) if S.__version__>="5.4" else {}))
    if S.__version__<"5.4":
        m0=m.model if ce else m[0].auto_model
        m0.set_attn_implementation("eager") if hasattr(m0,"set_attn_implementation") else None
    seen=[]
    if ce and S.__version__<"5.4": m.model.register_forward_pre_hook(lambda mod,args,kw: seen.append({k:v[0].tolist() for k,v in kw.items() if k in("input_ids","token_type_ids")}), with_kwargs=True)
    elif S.__version__<"5.4": m[0].register_forward_pre_hook(lambda mod,args,kw: seen.append({k:v[0].tolist() for k,v in (args[0] if args else kw["features"]).items() if k in("input_ids","token_type_ids")}), with_kwargs=True)
    else: m[0].register_forward_pre_hook(lambda mod,args,kw: seen.append({k:v[0].tolist() for k,v in (args[0] if args else kw["features"]).items() if k in("input_ids","token_type_ids")}), with_kwargs=True)
    rows=[]; given="activation_fn" if S.__version__>="4" else "activation_fct"; own=getattr(m,"activation_fn",None) or getattr(m,"default_activation_function",None)
    for x in (PAIRS if ce else TEXTS):
        row={"text":x[0],"pair":x[1]} if ce else {"text":x}
        try:
            if ce:
                s=torch.as_tensor(m.predict([tuple(x)], **({given: own} if own else {}))).reshape(-1).tolist()  # one that is given stays in some versions
                lg=torch.as_tensor(m.predict([tuple(x)], **{given:torch.nn.Identity()})).reshape(-1).tolist()
                row["ids"]=seen[-1]["input_ids"]; row["types"]=seen[-1].get("token_type_ids"); row["logits"]=rnd(lg); row["scores"]=rnd(s)
            else:
                v=torch.as_tensor(m.encode([x])[0]).reshape(-1); 
                if not torch.isfinite(v).all(): raise ValueError("nan")
                row["ids"]=seen[-1]["input_ids"]; row["types"]=seen[-1].get("token_type_ids"); row["vector"]=rnd(v.tolist())
            if row["types"] is None: del row["types"]
        except Exception as ex: row={k:row[k] for k in ("text","pair") if k in row}; row["error"]=f"{type(ex).__name__}: {ex}"[:200]
        rows.append(row)
    return rows
def write(name, f, task, o, rows, dt, adapter=False):
    json.dump({"id":name,"family":f,"task":task,"library":"transformers "+T.__version__,"dtype":{"float32":"f32","float16":"f16","bfloat16":"bf16"}.get(dt,dt),"variation":o.get("var",name.split("-",1)[1]),"options":{},"limit":0,"adapter":adapter,"rows":rows}, open(f"{OUT}/{name}/expected.json","w"), ensure_ascii=False)
def st_modules(d, o):
    import sentence_transformers as S
    from sentence_transformers import models as M
    if "max_seq" in o: tr=M.Transformer(d, max_seq_length=o["max_seq"], **o.get("tr",{}))
    else: tr=M.Transformer(d, **o.get("tr",{}))
    dim=tr.get_word_embedding_dimension() if hasattr(tr,"get_word_embedding_dimension") else tr.get_embedding_dimension()
    mods=[tr]
    import inspect
    for s in o["mods"]:
        if s[0]=="pool":
            k=dict(s[2]) if len(s)>2 else {}
            p=M.Pooling(dim, pooling_mode=s[1], **k); mods.append(p); dim=p.get_sentence_embedding_dimension() if hasattr(p,"get_sentence_embedding_dimension") else p.get_embedding_dimension()
        elif s[0]=="dense":
            act=getattr(torch.nn,s[1])(); k=dict(s[4]) if len(s)>4 else {}
            x=M.Dense(dim, s[2], bias=s[3], activation_function=act, **k); torch.nn.init.normal_(x.linear.weight,0,.5); mods.append(x); dim=s[2]
        elif s[0]=="norm": mods.append(M.Normalize())
        elif s[0]=="ln": 
            x=M.LayerNorm(dim); torch.nn.init.normal_(x.norm.weight,1,.3); torch.nn.init.normal_(x.norm.bias,0,.3); mods.append(x)
        elif s[0]=="drop": mods.append(M.Dropout(.2))
    return S.SentenceTransformer(modules=mods, device="cpu", **o.get("st",{}))
DONE=0
def case(name, f, task, fn, o=None):
    global DONE
    name=f"{V}-{name}"
    if not re.search(RX,name) or os.path.exists(f"{OUT}/{name}/expected.json"): return
    shutil.rmtree(f"{OUT}/{name}",ignore_errors=True); os.makedirs(f"{OUT}/{name}/model"); seed(name)
    try: fn(name, f, task, o or {}); DONE+=1
    except BaseException as ex:  # what stops in the tokenizers' own code is no Exception
        if isinstance(ex, KeyboardInterrupt): raise
        shutil.rmtree(f"{OUT}/{name}",ignore_errors=True); print("SKIP",name,type(ex).__name__,str(ex)[:200].replace("\n"," "),flush=True)
        if os.environ.get("TB"): traceback.print_exc()
def std(name,f,task,o):
    d=f"{OUT}/{name}/model"
    if task=="embed" or task=="ce": return st(name,f,task,o)
    dt=build(f,task,o,d,name)
    if "edit" in o: o["edit"](d)
    write(name,f,task,o,transformers_rows(d,task),dt)
def st(name,f,task,o):
    import sentence_transformers as S
    d=f"{OUT}/{name}/model"; tmp=f"{OUT}/{name}/tmp"; os.makedirs(tmp)
    dt=build(f,task,dict(o,dtype=o.get("dtype","float32")),tmp,name)
    if "pre" in o: o["pre"](tmp)
    if task=="ce":
        m=S.CrossEncoder(tmp, device="cpu", **o.get("ce",{})); m.save_pretrained(d) if hasattr(m,'save_pretrained') else m.save(d)
    else:
        q=dict({"mods":[("pool","mean")]},**o.get("s",{})); m=st_modules(tmp,q)
        if "prep" in o: o["prep"](m)
        m.save(d)
    shutil.rmtree(tmp)
    if "edit" in o: o["edit"](d)
    write(name,f,task,o,st_rows(d,task=="ce"),dt)
def peft(name,f,task,o):
    from peft import LoraConfig, get_peft_model, TaskType
    import peft as P
    d=f"{OUT}/{name}/model"; a=f"{OUT}/{name}/adapter"
    q=dict(o); base_auto=o.get("base"); t0="token" if o.get("tok_cls") else "single"
    dt=build(f,t0,dict(q,auto=base_auto) if base_auto else q,d,name)
    labels=o.get("nl",3)
    cfg=T.AutoConfig.from_pretrained(d)
    base=AUTO[t0].from_pretrained(d, **F32)
    if o.get("grow"): base.resize_token_embeddings(base.config.vocab_size+o["grow"])
    lc=LoraConfig(task_type="TOKEN_CLS" if o.get("tok_cls") else "SEQ_CLS", **dict({"r":4,"lora_alpha":6},**o.get("lora",{})))
    m=get_peft_model(base,lc)
    with torch.no_grad():
        for n,p in m.named_parameters():
            if p.requires_grad: p.normal_(0,.3)
    m.eval().save_pretrained(a, **o.get("save",{}))
    if "atok" in o:
        tokenizer(f,o["atok"]).save_pretrained(a)
    if "edit" in o: o["edit"](d,a)
    rows=transformers_rows(d,t0,{"dir":a,"resize":(cfg.vocab_size+o["grow"]) if o.get("grow") else None})
    write(name,f,"token" if o.get("tok_cls") else "peft",o,rows,dt,True)
W={"raw":1}
TOKV={
 "plain":{}, "max24":{"max":24}, "no_max":{"no_max":1}, "left_pad":{"side":"left"}, "trunc_left":{"tside":"left","max":30},
 "added":{"add":["newword","<ent>"],"add_special":["[TURN]"]}, "state":{"used":20}, "one_letter":{"add":["film","ß"]}, "new_pad":{"new_pad":"<|pad|>"},
 "flags":{"add":[dict(content="newword",single_word=True),dict(content="world",lstrip=True),dict(content="hello",rstrip=True),dict(content="Größe",normalized=False)]},
 "norm_nfkc":{"norm":"nfkc"},"norm_lower":{"norm":"lower"},"norm_replace":{"norm":"replace"},"norm_strip":{"norm":"strip"},"norm_acc":{"norm":"stripacc"},"norm_prepend":{"norm":"prepend"},
 "pre_digits":{"pretok":"digits"},"pre_punct":{"pretok":"punct"},
 "no_bos":{"init":{"add_bos_token":False}}, "add_eos":{"init":{"add_eos_token":True}}, "bos_unset":{"init":{"bos_token":"<xbos>"}},
 "prefix":{"init":{"add_prefix_space":True}},"no_prefix":{"init":{"add_prefix_space":False}},"legacy":{"init":{"legacy":True}},"not_legacy":{"init":{"legacy":False}},
 "cased":{"init":{"do_lower_case":False}},"lower":{"init":{"do_lower_case":True}},"accents":{"init":{"strip_accents":True}},"no_accents":{"init":{"strip_accents":False}},"chinese":{"init":{"tokenize_chinese_chars":False}},
 "keep_accents":{"init":{"keep_accents":True}},"split_punct":{"init":{"split_by_punct":True}},"no_trim":{"init":{"trim_offsets":False}},
 "names":{"init":{"model_input_names":["input_ids","attention_mask"]}},
 "split_special":{"init":{"split_special_tokens":True}},
 "cls_other":{"tokens":{"cls_token":"<start>","sep_token":"<stop>"}},
 "eos_im":{"add_special":["<|im_start|>","<|im_end|>"],"init":{"eos_token":"<|im_end|>"}},
}
TASKS=["single","token","embed","pair"]
k=0
for fam in FAMS:
    for n,o in TOKV.items():
        k+=1
        tasks=[TASKS[(k+int(V))%4]]
        for task in tasks: case(f"{fam}-{task}-{n}",fam,task,std,{"tok":o,"var":"tok:"+n})
    for kd in ("bpe_split","modern","llama3","wordlevel","wp_punct","uni_meta"):
        k+=1; case(f"{fam}-{TASKS[k%4]}-own_{kd}",fam,TASKS[k%4],std,{"tok":{"kind":kd},"var":"own:"+kd})

def upd(**k): return lambda j: j.update(k)
def drop(*k): return lambda j: [j.pop(x,None) for x in k] and None
cfg=lambda d,fn: jedit(d,"config.json",fn)
def S(n,f,task="single",**o): case(f"{f}-{task}-{n}",f,task,std,dict(o,var=n))
# one logit and problem types
for i,f in enumerate(["BERT","Llama","XLM-RoBERTa","Qwen3","ALBERT","GPT-2"]):
    S("one_single",f,"one",problem="single_label_classification"); S("one_multi",f,"one",problem="multi_label_classification"); S("one_regr",f,"one",problem="regression"); S("one_none",f,"one",problem=None)
S("two_regr","BERT",problem="regression",labels=["x","y"]); S("two_multi","Llama",problem="multi_label_classification",labels=["x","y"]); S("three_none","BERT",problem=None)
S("two_none","RoBERTa",problem=None,labels=["x","y"])
S("bad_label2id","BERT",edit=lambda d: cfg(d,upd(label2id={"a":5,"b":6})))
S("bad_num_labels","BERT",edit=lambda d: cfg(d,upd(num_labels=3)))
S("no_id2label_num","BERT",edit=lambda d: cfg(d,lambda j: [j.pop("id2label"),j.pop("label2id"),j.update(num_labels=3)] and None))
S("no_id2label_l2i","BERT",labels=["a","b"],edit=lambda d: cfg(d,lambda j: [j.pop("id2label")] and None))
S("id2label_str_order","BERT",labels=[f"l{i}" for i in range(12)],edit=lambda d: cfg(d,lambda j: j.update(id2label=dict(sorted(j["id2label"].items(),reverse=True)))))
S("id2label_list","BERT",edit=lambda d: cfg(d,lambda j: j.update(id2label=["a","b","c"])))
S("ftask","BERT",edit=lambda d: cfg(d,upd(finetuning_task="mnli",_name_or_path="x",custom="y",transformers_version=None)))
S("no_version","BERT",edit=lambda d: cfg(d,drop("transformers_version")))
S("no_version","RoBERTa",edit=lambda d: cfg(d,drop("transformers_version")))
S("return_all","BERT",edit=lambda d: cfg(d,upd(return_dict=False,output_attentions=True)))
S("task_params","BERT",edit=lambda d: cfg(d,upd(task_specific_params={"text-classification":{"function_to_apply":"sigmoid"}})))
S("task_params_topk","BERT",edit=lambda d: cfg(d,upd(task_specific_params={"text-classification":{"top_k":None}})))
# gaps in the weights' names
def rename(pre):
    def f(d):
        from safetensors.torch import load_file, save_file
        p=d+"/model.safetensors"; w=load_file(p); save_file({pre+k:v for k,v in w.items()},p,metadata={"format":"pt"})
    return f
# the library does not load prefixed ones: the answers are recorded before
def std_then(name,f,task,o):
    d=f"{OUT}/{name}/model"; dt=build(f,task,o,d,name); rows=transformers_rows(d,task); o["after"](d); write(name,f,task,o,rows,dt)
def A(n,f,task="single",**o): case(f"{f}-{task}-{n}",f,task,std_then,dict(o,var=n))
for pre in ("_orig_mod.","module.","_orig_mod.module.","module._orig_mod.","base_model.model.","model.x."):
    A("prefix_"+pre.replace(".","_"),"BERT",after=rename(pre)); A("prefix_"+pre.replace(".","_"),"Llama",after=rename(pre))
A("prefix_plus","Qwen3","token",after=rename("_orig_mod."))
def gamma(d):
    from safetensors.torch import load_file, save_file
    p=d+"/model.safetensors"; w=load_file(p); save_file({k.replace("LayerNorm.weight","LayerNorm.gamma").replace("LayerNorm.bias","LayerNorm.beta"):v for k,v in w.items()},p,metadata={"format":"pt"})
S("gamma","BERT",edit=gamma); S("gamma","RoBERTa",edit=gamma)
S("shards","Llama",shards="30KB"); S("shards","DeBERTa-v2",shards="20KB")
def extra_tensor(d):
    from safetensors.torch import load_file, save_file
    p=d+"/model.safetensors"; w=load_file(p); w["lm_head.weight"]=torch.zeros(3,3); w["position_ids"]=torch.arange(5); save_file(w,p,metadata={"format":"pt"})
S("extra_tensor","Llama",edit=extra_tensor); S("extra_tensor","BERT",edit=extra_tensor)
# base class with a head in the folder; class of another head
S("arch_wrong_model","BERT",edit=lambda d: cfg(d,upd(architectures=["BertModel"])))
S("arch_none","Llama",edit=lambda d: cfg(d,drop("architectures")))
S("arch_none","ModernBERT",edit=lambda d: cfg(d,drop("architectures")))
S("arch_none","BERT","token",edit=lambda d: cfg(d,drop("architectures")))
S("arch_two","BERT",edit=lambda d: cfg(d,upd(architectures=["BertForSequenceClassification","BertModel"])))
S("autoarch","BERT",edit=lambda d: cfg(d,upd(architectures=["AutoModelForSequenceClassification"])))
# config axes
for f,cs in {"BERT":[{"hidden_act":"silu"},{"hidden_act":"gelu_pytorch_tanh"},{"hidden_act":"quick_gelu"},{"hidden_act":"tanh"},{"hidden_act":"gelu_fast"},{"is_decoder":True},{"num_hidden_layers":1},{"type_vocab_size":1},{"type_vocab_size":4},{"chunk_size_feed_forward":4},{"pruned_heads":{"0":[1]}},{"position_embedding_type":"relative_key"}],
 "RoBERTa":[{"type_vocab_size":2,"hidden_act":"relu"},{"is_decoder":True}],"ALBERT":[{"inner_group_num":2},{"num_hidden_groups":2},{"hidden_act":"gelu"},{"embedding_size":8}],
 "DeBERTa-v2":[{"pos_att_type":["p2c"]},{"pos_att_type":["c2p","p2c"],"share_att_key":False},{"norm_rel_ebd":"none"},{"position_biased_input":True},{"relative_attention":False},{"pooler_hidden_act":"tanh"},{"position_buckets":-1},{"embedding_size":8},{"max_relative_positions":20}],
 "ELECTRA":[{"embedding_size":8},{"summary_type":"mean"},{"summary_activation":"tanh"},{"summary_last_dropout":.5}],"DistilBERT":[{"activation":"gelu_new"},{"sinusoidal_pos_embds":True}],
 "GPT-2":[{"activation_function":"gelu"},{"scale_attn_weights":False},{"reorder_and_upcast_attn":True},{"n_inner":20},{"layer_norm_epsilon":1e-2}],
 "GPT-NeoX":[{"use_parallel_residual":False},{"attention_bias":False},{"hidden_act":"relu"},{"rotary_pct":1.0},{"layer_norm_eps":1e-2}],
 "Gemma":[{"head_dim":8},{"attention_bias":True},{"num_key_value_heads":1}],"Gemma2":[{"sliding_window":8},{"query_pre_attn_scalar":3},{"attn_logit_softcapping":None},{"final_logit_softcapping":1.0},{"attention_bias":True},{"head_dim":8}],
 "Gemma3":[{"sliding_window":8},{"query_pre_attn_scalar":3},{"head_dim":8},{"final_logit_softcapping":2.0},{"attn_logit_softcapping":2.0},{"attention_bias":True}],
 "Granite":[{"attention_bias":True},{"mlp_bias":True},{"logits_scaling":3.0}],"Llama":[{"attention_bias":True},{"mlp_bias":True},{"head_dim":8},{"num_key_value_heads":1},{"hidden_act":"gelu"},{"rms_norm_eps":1e-2},{"pretraining_tp":2},{"tie_word_embeddings":True}],
 "Mistral":[{"sliding_window":None},{"sliding_window":4},{"head_dim":8}],"ModernBERT":[{"local_attention":6},{"global_attn_every_n_layers":2},{"norm_eps":1e-2},{"classifier_pooling":"mean"},{"deterministic_flash_attn":True},{"sparse_prediction":True},{"decoder_bias":False},{"norm_bias":True},{"classifier_bias":True,"classifier_activation":"silu"}],
 "OPT":[{"word_embed_proj_dim":8},{"enable_bias":False},{"do_layer_norm_before":False},{"activation_function":"gelu"},{"_remove_final_layer_norm":True}],
 "Phi3":[{"sliding_window":4},{"partial_rotary_factor":.5},{"num_key_value_heads":1}],"Qwen2":[{"use_sliding_window":True,"sliding_window":4,"max_window_layers":1}],"Qwen3":[{"attention_bias":True},{"head_dim":8},{"use_sliding_window":True,"sliding_window":4,"max_window_layers":0}],
 "SmolLM3":[{"no_rope_layers":[1,0]},{"no_rope_layer_interval":2},{"use_sliding_window":True,"sliding_window":4},{"attention_bias":True}],"XLM-RoBERTa":[{"type_vocab_size":2}],"CamemBERT":[{"layer_norm_eps":1e-2}]}.items():
    for i,c in enumerate(cs):
        t=["single","token","embed"][i%3] if f not in ("Gemma3","OPT","Granite") else ("embed" if f=="Granite" else ["single","embed"][i%2])
        S("cfg_"+"_".join(f"{k}{v}" for k,v in c.items()).replace(" ","").replace("'","").replace("/","")[:60],f,t,cfg=c)
for f in ("Llama","Qwen3","Mistral","Gemma3","Gemma2","Qwen2"):
    S("not_causal",f,"single" if f!="Gemma3" else "embed",cfg={"is_causal":False})
rope=[{"rope_type":"linear","factor":2.0},{"rope_type":"yarn","factor":4.0,"original_max_position_embeddings":32},{"rope_type":"llama3","factor":8.0,"low_freq_factor":1.0,"high_freq_factor":4.0,"original_max_position_embeddings":16},{"rope_type":"dynamic","factor":2.0},{"rope_type":"longrope","short_factor":[1.0,1.1],"long_factor":[2.0,3.0],"factor":2.0,"original_max_position_embeddings":32}]
for f in ("Llama","Qwen2","Phi3","GPT-NeoX","SmolLM3"):
    for r in rope:
        S("rope_"+r["rope_type"],f,"single",cfg=({"rope_parameters":dict(r,rope_theta=10000.0)} if V=="5" else {"rope_scaling":r}))
# taggers
S("tags_plain","BERT","token",tags=["O","PER","LOC"]); S("tags_lone","XLM-RoBERTa","token",tags=["B-A","I-A","B-B","I-B","O"]); S("tags_bioes","RoBERTa","token",tags=["O","B-X","I-X","E-X","S-X"]); S("tags_label","BERT","token",tags=["LABEL_0","LABEL_1","LABEL_2"]); S("tags_lower","Llama","token",tags=["o","b-per","i-per"]); S("tags_noO","ModernBERT","token",tags=["B-x","I-x"])
S("tags_dash","DeBERTa-v2","token",tags=["O","B-a-b","I-a-b","I-a","B_per"]); S("tags_empty","BERT","token",tags=["O","","B-","I-"])

def P(n,f,**o): case(f"{f}-peft-{n}",f,"peft",peft,dict(o,var="peft:"+n))
TG={"BERT":["query","value"],"RoBERTa":["query","value"],"XLM-RoBERTa":["query","value"],"ALBERT":["query","value"],"DistilBERT":["q_lin","v_lin"],"GPT-2":["c_attn"],"ELECTRA":["query","key"],"DeBERTa-v2":["query_proj","value_proj"],"ModernBERT":["Wqkv"],"GPT-NeoX":["query_key_value"],"Phi3":["qkv_proj"],"CamemBERT":["query","value"],"OPT":["q_proj","v_proj"]}
def L(f,**k): return dict({"target_modules":TG.get(f,["q_proj","v_proj"])},**k)
for f in FAMS:
    if f in("Granite","SmolLM3"): continue
    P("plain2",f,lora=L(f,**({"fan_in_fan_out":True} if f=="GPT-2" else {})))
for f in ("Llama","BERT","Qwen3","GPT-2","DeBERTa-v2"):
    ff={"fan_in_fan_out":True} if f=="GPT-2" else {}
    P("rslora",f,lora=L(f,use_rslora=True,**ff)); P("bias_all",f,lora=L(f,bias="all",**ff)); P("bias_lora",f,lora=L(f,bias="lora_only",**ff)); P("all_linear",f,lora={"target_modules":"all-linear",**ff}); P("dora",f,lora=L(f,use_dora=True,**ff))
P("regex","Llama",lora={"target_modules":r".*layers\.1\.self_attn\.(q|k)_proj"}); P("many","Llama",lora={"target_modules":["q_proj","k_proj","v_proj","o_proj","gate_proj","up_proj","down_proj"]}); P("mlp","BERT",lora={"target_modules":["dense","query"]}); P("pattern_layers","Llama",lora=L("Llama",layers_to_transform=[0],layers_pattern="layers"))
P("excl","Llama",lora={"target_modules":["q_proj","v_proj"],"exclude_modules":["layers.0.self_attn.q_proj"]})
P("rank_alpha","BERT",lora=L("BERT",rank_pattern={"query":2},alpha_pattern={"layer.1.attention.self.value":9}))
P("rank_regex","Llama",lora=L("Llama",rank_pattern={".*q_proj":2},alpha_pattern={"^model.layers.0.self_attn.v_proj":3}))
P("embed_lora","Llama",lora={"target_modules":["embed_tokens","q_proj"]}); P("embed_lora","BERT",lora={"target_modules":["word_embeddings","query"]})
P("save_embed","Llama",lora=L("Llama",modules_to_save=["embed_tokens","score"])); P("save_pooler","BERT",lora=L("BERT",modules_to_save=["pooler","classifier"])); P("save_norms","Qwen3",lora=L("Qwen3",modules_to_save=["norm","input_layernorm","score"]))
P("tok_cls","BERT",tok_cls=1,lora=L("BERT")); P("tok_cls","Qwen2",tok_cls=1,lora=L("Qwen2")); P("tok_cls","XLM-RoBERTa",tok_cls=1,lora=L("XLM-RoBERTa"))
P("own_tok","Llama",lora=L("Llama"),atok={"add":["newword"]}) ; P("own_tok_pad","Llama",lora=L("Llama"),atok={"side":"left","max":24}); P("own_tok_trunc","BERT",lora=L("BERT"),atok={"tside":"left","max":24})
P("grow","Llama",lora=L("Llama"),grow=8,atok={"add":["newword","<ent>"]}); P("grow_save","Qwen3",lora=L("Qwen3",modules_to_save=["embed_tokens"]),grow=8,atok={"add":["newword"]})
P("grow_emb","Mistral",lora=L("Mistral"),grow=8,atok={"add":["newword"]},save={"save_embedding_layers":True})
P("base_model","BERT",base="AutoModel",lora=L("BERT")); P("base_model","Llama",base="AutoModel",lora=L("Llama")); P("base_lm","Llama",base="AutoModelForCausalLM",lora=L("Llama")); P("base_mlm","BERT",base="AutoModelForMaskedLM",lora=L("BERT")); P("base_lm","Gemma3",base="AutoModelForCausalLM",lora=L("Gemma3"))
P("alpha0","Llama",lora=L("Llama",lora_alpha=1,r=8)); P("pissa","Llama",lora=L("Llama",init_lora_weights="gaussian"));P("lora_bias","Llama",lora=L("Llama",lora_bias=True))
P("lora_bias","BERT",lora=L("BERT",lora_bias=True)); P("params","Llama",lora=L("Llama",target_parameters=[])); P("revision","Llama",lora=L("Llama"),edit=lambda d,a: jedit(a,"adapter_config.json",lambda j:j.update(revision="main",inference_mode=False)))
P("no_task","Llama",lora=L("Llama"),edit=lambda d,a: jedit(a,"adapter_config.json",lambda j:j.update(task_type=None)))
P("mega","Llama",lora=L("Llama"),edit=lambda d,a: jedit(a,"adapter_config.json",lambda j:j.update(megatron_config=None,corda_config=None,some_new_key=3)))

import sentence_transformers as _S
NEW=_S.__version__>="5.4"
SV="" if _S.__version__=="6.0.1" else "st"+_S.__version__.replace(".","")+"-"
def cst(d, fn): jedit(d,"config_sentence_transformers.json",fn)
def upd(**k): return lambda j: j.update(k)
def drop(*k): return lambda j: [j.pop(x,None) for x in k] and None
def STC(n, fam, **o): case(f"{fam}-embed-{SV}st_{n}", fam, "embed", st, dict(o, var="st:"+n))
def CEC(n, fam, **o): case(f"{fam}-ce-{SV}{n}", fam, "ce", st, dict(o, var="ce:"+n))
EMB=["BERT","XLM-RoBERTa","Qwen3","ModernBERT","Gemma3","Llama","DeBERTa-v2","GPT-2"]
import itertools
poolings=["cls","max","mean","mean_sqrt_len_tokens","weightedmean","lasttoken"]
for i,p in enumerate(poolings):
    for fam in (EMB[i%8],EMB[(i+3)%8],EMB[(i+5)%8]): STC("pool_"+p,fam,s={"mods":[("pool",p)]})
if NEW:
    for i,(a,b) in enumerate(itertools.permutations(poolings,2)):
        if i%3==0: STC(f"pool_{a}+{b}",EMB[i%8],s={"mods":[("pool",[a,b])]})
    STC("pool_all","BERT",s={"mods":[("pool",["lasttoken","weightedmean","mean_sqrt_len_tokens","mean","max","cls"]),("dense","ReLU",8,True)]})
# old keys, several true
def oldpool(*on):
    def f(d):
        def g(j):
            n=j.get("embedding_dimension") or j.get("word_embedding_dimension"); return {"word_embedding_dimension":n, **{k:(k in on) for k in ("pooling_mode_cls_token","pooling_mode_mean_tokens","pooling_mode_max_tokens","pooling_mode_mean_sqrt_len_tokens","pooling_mode_weightedmean_tokens","pooling_mode_lasttoken")}}
        jedit(d,"1_Pooling/config.json",g)
    return f
STC("old_pool_lw","BERT",edit=oldpool("pooling_mode_lasttoken","pooling_mode_weightedmean_tokens"))
STC("old_pool_mc","BERT",edit=oldpool("pooling_mode_mean_tokens","pooling_mode_cls_token"))
STC("old_pool_sm","BERT",edit=oldpool("pooling_mode_mean_sqrt_len_tokens","pooling_mode_mean_tokens"))
STC("old_pool_xs","Llama",edit=oldpool("pooling_mode_max_tokens","pooling_mode_mean_sqrt_len_tokens"))
STC("old_pool_none","BERT",edit=oldpool())
STC("left_mean","Llama",tok={"side":"left"},s={"mods":[("pool","mean"),("norm",)]})
STC("left_cls","Qwen3",tok={"side":"left"},s={"mods":[("pool","cls"),("norm",)]})
STC("left_weighted","Mistral",tok={"side":"left"},s={"mods":[("pool","weightedmean")]})
for i,act in enumerate(["Tanh","Identity","ReLU","GELU","Sigmoid","SiLU","LeakyReLU","Softplus","Mish","ELU","Softsign","Hardtanh","LogSigmoid","ReLU6","Hardswish","SELU","CELU","Tanhshrink","Softmin","Softmax"]):
    STC("dense_"+act,EMB[i%8],s={"mods":[("pool","mean"),("dense",act,12,bool(i%2))]})
STC("dense_norm_dense","BERT",s={"mods":[("pool","mean"),("dense","Tanh",12,True),("norm",),("dense","Identity",6,False),("norm",)]})
STC("norm_first","BERT",s={"mods":[("pool","mean"),("norm",),("dense","Tanh",12,True)]})
STC("ln_dense_ln","XLM-RoBERTa",s={"mods":[("pool","mean"),("ln",),("dense","GELU",12,True),("ln",),("norm",)]})
STC("drop_mid","BERT",s={"mods":[("pool","mean"),("drop",),("dense","Tanh",12,True),("drop",),("norm",)]})
if NEW:
    STC("res_other_width","BERT",s={"mods":[("pool","mean"),("dense","Tanh",12,True,{"use_residual":True})]})
    STC("res_same","Llama",s={"mods":[("pool",["mean","cls"]),("dense","ReLU",32,False,{"use_residual":True}),("norm",)]})
    STC("res_nobias_two","ModernBERT",s={"mods":[("pool","mean"),("dense","Tanh",12,False,{"use_residual":True}),("dense","GELU",12,True,{"use_residual":True})]})
STC("dense_no_act_key","BERT",s={"mods":[("pool","mean"),("dense","Identity",12,True)]},edit=lambda d: jedit(d,"2_Dense/config.json",drop("activation_function")))
STC("dense_foreign_act","BERT",s={"mods":[("pool","mean"),("dense","Identity",12,True)]},edit=lambda d: jedit(d,"2_Dense/config.json",upd(activation_function="custom_code.MyAct")))
STC("dense_no_bias_key","BERT",s={"mods":[("pool","mean"),("dense","Identity",12,True)]},edit=lambda d: jedit(d,"2_Dense/config.json",drop("bias")))
STC("dense_extra_key","BERT",s={"mods":[("pool","mean"),("dense","Identity",12,True)]},edit=lambda d: jedit(d,"2_Dense/config.json",upd(foo=1)))
STC("dense_other_output","BERT",s={"mods":[("pool","mean"),("dense","Identity",12,True),("norm",)]},edit=lambda d: jedit(d,"2_Dense/config.json",upd(module_output_name="other")))
STC("dense_tokens","BERT",s={"mods":[("pool","mean"),("dense","Identity",12,True)]},edit=lambda d: jedit(d,"2_Dense/config.json",upd(module_input_name="token_embeddings")))
STC("norm_tokens","BERT",s={"mods":[("pool","mean"),("norm",)]},edit=lambda d: jedit(d,"2_Normalize/config.json",upd(module_input_name="token_embeddings",module_output_name="token_embeddings")))
def reorder(order):
    def f(d): 
        def g(j):
            r=[j[i] for i in order]
            for i,m in enumerate(r): m["idx"]=i
            return r
        jedit(d,"modules.json",g)
    return f
STC("norm_before_pool","BERT",s={"mods":[("pool","mean"),("norm",)]},edit=reorder([0,2,1]))
def tokpre(d):
    reorder([0,2,1])(d); 
    jedit(d,"2_Dense/config.json",upd(module_input_name="token_embeddings",module_output_name="token_embeddings",in_features=16))
    jedit(d,"1_Pooling/config.json",upd(embedding_dimension=12))
STC("dense_token_before_pool","BERT",s={"mods":[("pool","mean"),("dense","Tanh",12,True)]},edit=tokpre)
def normtok(d):
    reorder([0,2,1])(d); jedit(d,"2_Normalize/config.json",upd(module_input_name="token_embeddings",module_output_name="token_embeddings"))
STC("norm_tokens_before_pool","BERT",s={"mods":[("pool","mean"),("norm",)]},edit=normtok)
def idx_shuffled(d): jedit(d,"modules.json",lambda j:[j[0],dict(j[2],idx=2),dict(j[1],idx=1)] if len(j)>2 else j)
STC("modules_listed_otherwise","BERT",s={"mods":[("pool","mean"),("dense","Tanh",12,True)]},edit=idx_shuffled)
# limits
STC("max16","BERT",s={"mods":[("pool","mean")],"max_seq":16})
STC("max_over_pos","BERT",tok={"no_max":1},s={"mods":[("pool","mean")],"max_seq":500})
STC("max_in_bert_config","BERT",edit=lambda d: jedit(d,"sentence_bert_config.json",upd(max_seq_length=20)))
STC("max_in_bert_config_over","RoBERTa",edit=lambda d: jedit(d,"sentence_bert_config.json",upd(max_seq_length=64)))
STC("max_null_nomax","RoBERTa",tok={"no_max":1},edit=lambda d: jedit(d,"sentence_bert_config.json",upd(max_seq_length=None)))
STC("max_null_nomax","Llama",tok={"no_max":1})
STC("max_null_nomax","ALBERT",tok={"no_max":1})
STC("max_old_bert_only","BERT",tok={"max":40},edit=lambda d: jedit(d,"sentence_bert_config.json",lambda j:{"max_seq_length":24,"do_lower_case":False}))
for nm in ("sentence_roberta_config.json","sentence_xlm-roberta_config.json","sentence_distilbert_config.json"):
    STC("name_"+nm.split("_")[1],"BERT",edit=lambda d,nm=nm:(os.path.exists(d+"/sentence_bert_config.json") and os.remove(d+"/sentence_bert_config.json"), json.dump({"max_seq_length":18,"do_lower_case":False},open(d+"/"+nm,"w"))))
STC("two_names","BERT",edit=lambda d: json.dump({"max_seq_length":18,"do_lower_case":False},open(d+"/sentence_roberta_config.json","w")))
STC("tokargs_max","BERT",edit=lambda d: jedit(d,"sentence_bert_config.json",lambda j:{"max_seq_length":24,"do_lower_case":False,"tokenizer_args":{"model_max_length":15}}))
STC("prockw_max","BERT",edit=lambda d: jedit(d,"sentence_bert_config.json",upd(processor_kwargs={"model_max_length":15})))
STC("procesing_max","BERT",edit=lambda d: jedit(d,"sentence_bert_config.json",upd(processing_kwargs={"text":{"max_length":13}})))
STC("processing_common","BERT",edit=lambda d: jedit(d,"sentence_bert_config.json",upd(processing_kwargs={"common":{"max_length":13},"text":{"max_length":17}})))
STC("processing_notrunc","BERT",edit=lambda d: jedit(d,"sentence_bert_config.json",upd(processing_kwargs={"text":{"truncation":False}})))
STC("processing_padmax","BERT",edit=lambda d: jedit(d,"sentence_bert_config.json",upd(processing_kwargs={"text":{"padding":"max_length"}})))
STC("tok_side_arg","BERT",edit=lambda d: jedit(d,"sentence_bert_config.json",upd(tokenizer_args={"truncation_side":"left"},max_seq_length=20)))
STC("tok_lower_arg","BERT",edit=lambda d: jedit(d,"sentence_bert_config.json",upd(tokenizer_args={"do_lower_case":False})))
# lower case
for fam in ("BERT","XLM-RoBERTa","Llama","RoBERTa","GPT-2","DeBERTa-v2"):
    STC("lower",fam,edit=lambda d: jedit(d,"sentence_bert_config.json",upd(do_lower_case=True)))
STC("lower_cased","BERT",tok={"raw":"wp","init":{"do_lower_case":False}},edit=lambda d: jedit(d,"sentence_bert_config.json",upd(do_lower_case=True)))
STC("lower_prompt","XLM-RoBERTa",edit=lambda d:(jedit(d,"sentence_bert_config.json",upd(do_lower_case=True)),cst(d,upd(prompts={"q":"QUERY Ü: "},default_prompt_name="q"))))
STC("lower_added","BERT",tok={"raw":"wp","init":{"do_lower_case":False},"add":["NewWord","Hello"],"add_special":["[TURN]"]},edit=lambda d: jedit(d,"sentence_bert_config.json",upd(do_lower_case=True)))
# prompts
STC("prompt_q","BERT",edit=lambda d: cst(d,upd(prompts={"query":"Query: ","document":"Doc: "},default_prompt_name="document")))
STC("prompt_space","XLM-RoBERTa",edit=lambda d: cst(d,upd(prompts={"q":"  x "},default_prompt_name="q")))
STC("prompt_special","BERT",edit=lambda d: cst(d,upd(prompts={"q":"[CLS] represent [SEP]"},default_prompt_name="q")))
STC("prompt_long","BERT",edit=lambda d: cst(d,upd(prompts={"q":"word "*80},default_prompt_name="q")))
STC("prompt_builtin","BERT",edit=lambda d: cst(d,upd(prompts={},default_prompt_name="query")))
STC("prompt_missing","BERT",edit=lambda d: cst(d,upd(prompts={"a":"x"},default_prompt_name="b")))
STC("prompt_noinclude_nodefault","BERT",s={"mods":[("pool","mean",{"include_prompt":False})]},edit=lambda d: cst(d,upd(prompts={"q":"Query: "},default_prompt_name=None)))
STC("prompt_none_value","BERT",edit=lambda d: cst(d,upd(prompts=None)))
STC("no_cst","BERT",edit=lambda d: os.remove(d+"/config_sentence_transformers.json"))
STC("no_version","BERT",edit=lambda d: cst(d,drop("__version__","model_type")))
# truncate
STC("trunc_over","BERT",s={"mods":[("pool","mean")],"st":{"truncate_dim":500}})
STC("trunc_8_dense","BERT",s={"mods":[("pool","mean"),("dense","Tanh",12,True)],"st":{"truncate_dim":8}})
STC("trunc_1","BERT",edit=lambda d: cst(d,upd(truncate_dim=1)))
STC("trunc_norm_dense","BERT",s={"mods":[("pool","mean"),("norm",),("dense","Tanh",12,True),("norm",)],"st":{"truncate_dim":8}})
# subfolder 0_Transformer
def sub(d):
    os.makedirs(d+"/0_Transformer")
    for x in os.listdir(d):
        if os.path.isfile(d+"/"+x) and x not in("modules.json","config_sentence_transformers.json","README.md"): shutil.move(d+"/"+x,d+"/0_Transformer/"+x)
    jedit(d,"modules.json",lambda j:[dict(j[0],path="0_Transformer")]+j[1:])
STC("subfolder","BERT",edit=sub)
STC("old_types","BERT",s={"mods":[("pool","mean"),("dense","Tanh",12,True),("norm",)]},edit=lambda d: jedit(d,"modules.json",lambda j:[dict(m,type="sentence_transformers.models."+m["type"].split(".")[-1]) for m in j]))
STC("old_types5","BERT",s={"mods":[("pool","mean"),("ln",),("drop",)]},edit=lambda d: jedit(d,"modules.json",lambda j:[dict(m,type="sentence_transformers.models."+m["type"].split(".")[-1]) for m in j]))
STC("old_all","XLM-RoBERTa",s={"mods":[("pool","mean"),("norm",)]},edit=lambda d:(oldpool("pooling_mode_mean_tokens")(d),jedit(d,"modules.json",lambda j:[dict(m,type="sentence_transformers.models."+m["type"].split(".")[-1]) for m in j]),jedit(d,"sentence_bert_config.json",lambda j:{"max_seq_length":50,"do_lower_case":False}),os.path.exists(d+"/2_Normalize/config.json") and shutil.rmtree(d+"/2_Normalize")))
STC("config_args","BERT",edit=lambda d: jedit(d,"sentence_bert_config.json",upd(config_args={"hidden_act":"relu"})))
STC("config_kwargs_eps","BERT",edit=lambda d: jedit(d,"sentence_bert_config.json",upd(config_kwargs={"layer_norm_eps":0.1})))
STC("model_args","BERT",edit=lambda d: jedit(d,"sentence_bert_config.json",upd(model_args={"add_pooling_layer":False})))
STC("causal_false","Qwen3",extra=1 and {},cfg={"is_causal":False}) if False else None
for fam in ("Qwen3","Llama","Gemma3","Mistral","Gemma2","Qwen2"): STC("not_causal",fam,cfg={"is_causal":False})
STC("bidir","Gemma3",cfg={"use_bidirectional_attention":True})
STC("arch_cls","BERT",edit=lambda d: jedit(d,"config.json",upd(architectures=["BertForMaskedLM"])))
STC("arch_lm","Qwen3",edit=lambda d: jedit(d,"config.json",upd(architectures=["Qwen3ForCausalLM"])))
STC("arch_none","BERT",edit=lambda d: jedit(d,"config.json",drop("architectures")))
def nomods(d):
    for x in ("modules.json","config_sentence_transformers.json","sentence_bert_config.json"):
        if os.path.exists(f"{d}/{x}"): os.remove(f"{d}/{x}")
    for x in os.listdir(d):
        if os.path.isdir(f"{d}/{x}"): shutil.rmtree(f"{d}/{x}")
for fam in ("BERT","Llama","Qwen3","ModernBERT"): STC("no_modules",fam,edit=nomods)
def nomods_lm(d,c):
    nomods(d); jedit(d,"config.json",upd(architectures=[c]))
STC("no_modules_lm","Llama",edit=lambda d:nomods_lm(d,"LlamaForCausalLM"))
STC("no_modules_mlm","BERT",edit=lambda d:nomods_lm(d,"BertForMaskedLM"))
STC("padding_idx","RoBERTa",s={"mods":[("pool","mean")]},tok={"new_pad":"<|pad|>"})
# cross encoders
CEF=["BERT","XLM-RoBERTa","Qwen3","ModernBERT","ALBERT","Llama","DeBERTa-v2","DistilBERT","ELECTRA","GPT-2","Gemma","Gemma2","RoBERTa","OPT","GPT-NeoX","Phi3","SmolLM3","Granite","Mistral","Qwen2","CamemBERT"]
for fam in CEF: CEC("plain",fam)
for act in ("Identity","Sigmoid","Tanh","ReLU"): CEC("act_"+act,"XLM-RoBERTa",ce={"activation_fn" if not SV.startswith("st2") and not SV.startswith("st3") else "default_activation_function":getattr(torch.nn,act)()})
CEC("3labels","XLM-RoBERTa",labels=["a","b","c"])
CEC("2labels","BERT",labels=["a","b"])
CEC("act_3_softmax","BERT",labels=["a","b","c"],edit=lambda d: cst(d,upd(activation_fn="torch.nn.modules.activation.Sigmoid")) if NEW else None)
def nocst(d):
    for x in ("modules.json","config_sentence_transformers.json","sentence_bert_config.json"):
        if os.path.exists(f"{d}/{x}"): os.remove(f"{d}/{x}")
for nm,e in {"old_key":dict(sbert_ce_default_activation_function="torch.nn.modules.linear.Identity"),"old_key_sig":dict(sbert_ce_default_activation_function="torch.nn.modules.activation.Sigmoid"),"st_key":dict(sentence_transformers={"activation_fn":"torch.nn.modules.linear.Identity","version":"4.1.0"}),"st_key_tanh":dict(sentence_transformers={"activation_fn":"torch.nn.modules.activation.Tanh","version":"4.1.0"}),"both":dict(sentence_transformers={"activation_fn":"torch.nn.modules.activation.Sigmoid"},sbert_ce_default_activation_function="torch.nn.modules.linear.Identity"),"foreign":dict(sentence_transformers={"activation_fn":"mine.Act"}),"nullkey":dict(sbert_ce_default_activation_function=None)}.items():
    CEC("cfg_"+nm,"BERT",edit=lambda d,e=e:(nocst(d),jedit(d,"config.json",upd(**e))))
    if NEW: CEC("cfgnew_"+nm,"BERT",edit=lambda d,e=e:jedit(d,"config.json",upd(**e)))
if NEW:
    CEC("act_elsewhere","BERT",edit=lambda d:(cst(d,drop("activation_fn")),jedit(d,"config.json",upd(sbert_ce_default_activation_function="torch.nn.modules.linear.Identity"))))
    CEC("act_null","BERT",edit=lambda d:cst(d,upd(activation_fn=None)))
    CEC("act_foreign","BERT",edit=lambda d:cst(d,upd(activation_fn="mine.Act")))
    CEC("prompt","XLM-RoBERTa",edit=lambda d:cst(d,upd(prompts={"a":"Rank this: ","b":"x"},default_prompt_name="a")))
    CEC("max20","BERT",ce={"max_length":20})
    CEC("lower","XLM-RoBERTa",edit=lambda d: jedit(d,"sentence_bert_config.json",upd(do_lower_case=True)))
    CEC("maxkey","XLM-RoBERTa",edit=lambda d: jedit(d,"sentence_bert_config.json",upd(max_seq_length=30)))
CEC("tokmax","BERT",tok={"max":30})
CEC("no_max","Llama",tok={"no_max":1})
CEC("trunc_left","RoBERTa",tok={"tside":"left","max":30})

print("made",DONE)
os._exit(0)
