"""python share_cache.py LITEGRAFT [RECORD]: whether Python's huggingface_hub and Litegraft read each other's cache.

LITEGRAFT is the command line (../../../../litegraft). A stub of the Hub on loopback, written for this and not for the tests of
ours, has one model: the example ko-movie-reviews-bert, its weights behind a second port. Then
1. Python writes a cache, and Litegraft reads it with HF_HUB_OFFLINE=1 and, with the network, asks for no file;
2. Litegraft writes a cache, and Python reads it with HF_HUB_OFFLINE=1 and, with the network, downloads nothing; so does transformers,
   where it is installed; huggingface_hub's own scan of the cache finds nothing wrong.
With RECORD, a cache that Python wrote of a very small model is written to that file, for PythonCacheTest. Run with
huggingface_hub 1.33.0 and 2.0.0.
"""
import base64, hashlib, http.server, importlib.util, json, os, subprocess, sys, tempfile, threading, urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
EXAMPLE = os.path.join(HERE, "..", "..", "..", "..", "examples", "ko-movie-reviews-bert")
NAME, COMMIT = "org/model", "0123456789abcdef0123456789abcdef01234567"


class Stub:
    def __init__(self, files):
        self.files, self.log = files, []
        self.hub, self.cdn = self.server(self.answer), self.server(self.bytes)
        self.address = "http://127.0.0.1:%d" % self.hub.server_port

    def server(self, answer):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def do_GET(self): answer(self)
            do_HEAD = do_GET
            def log_message(self, *_): pass
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server

    def large(self, name): return name.endswith((".safetensors", ".bin"))
    def git(self, b): return hashlib.sha1(b"blob %d\0" % len(b) + b).hexdigest()
    def hash(self, name): return hashlib.sha256(self.files[name]).hexdigest() if self.large(name) else self.git(self.files[name])

    def send(self, h, status, body=b"", **headers):
        h.send_response(status)
        for k, v in {"Content-Length": str(len(body)), **headers}.items(): h.send_header(k.replace("_", "-"), v)
        h.end_headers()
        if h.command == "GET": h.wfile.write(body)

    def answer(self, h):
        path = urllib.parse.unquote(urllib.parse.urlparse(h.path).path)
        self.log.append(h.command + " " + path)
        api, resolve = "/api/models/" + NAME, "/%s/resolve/" % NAME
        if path.startswith(api + "/tree/"):
            self.send(h, 200, json.dumps([self.entry(n) for n in self.files]).encode(), Content_Type="application/json")
        elif path in (api, api + "/revision/main", api + "/revision/" + COMMIT):
            siblings = [{"rfilename": n, "size": len(b), "blobId": self.git(b), **({"lfs": {"sha256": self.hash(n), "size": len(b), "pointerSize": 134}} if self.large(n) else {})} for n, b in self.files.items()]
            self.send(h, 200, json.dumps({"id": NAME, "modelId": NAME, "sha": COMMIT, "private": False, "gated": False, "disabled": False, "tags": [], "downloads": 0, "likes": 0, "siblings": siblings}).encode(), Content_Type="application/json")
        elif path.startswith(resolve) and path[len(resolve):].split("/", 1)[-1] in self.files:
            name = path[len(resolve):].split("/", 1)[1]
            if self.large(name):
                self.send(h, 302, X_Repo_Commit=COMMIT, X_Linked_Size=str(len(self.files[name])), X_Linked_Etag='"%s"' % self.hash(name), Location="http://localhost:%d/%s" % (self.cdn.server_port, self.hash(name)))
            else:
                self.send(h, 200, self.files[name], X_Repo_Commit=COMMIT, ETag='"%s"' % self.hash(name))
        else:
            self.send(h, 404, X_Error_Code="EntryNotFound" if path.startswith(resolve) else "RepoNotFound")

    def entry(self, name):
        lfs = {"lfs": {"oid": self.hash(name), "size": len(self.files[name]), "pointerSize": 134}} if self.large(name) else {}
        return {"type": "file", "path": name, "size": len(self.files[name]), "oid": self.git(self.files[name]), **lfs}

    def bytes(self, h):
        self.log.append("CDN " + h.path)
        assert "Authorization" not in h.headers, "the CDN saw a token"
        body = next(b for n, b in self.files.items() if "/" + self.hash(n) == h.path)
        if h.headers.get("Range", "").startswith("bytes="):
            a, b = h.headers["Range"][6:].split("-")
            a, b = int(a), min(int(b) if b else len(body), len(body) - 1)
            self.send(h, 206, body[a:b + 1], Content_Range="bytes %d-%d/%d" % (a, b, len(body)))
        else:
            self.send(h, 200, body)

    def downloads(self):
        """The requests for bytes: what is asked of the CDN, and small files."""
        return [line for line in self.log if line.startswith("CDN") or line.startswith("GET /" + NAME)]


def run(stub, home, command, offline=False):
    env = {k: v for k, v in os.environ.items() if not k.startswith(("HF_", "HUGGING"))}
    env.update(HF_HOME=home, HF_ENDPOINT=stub.address, HF_TOKEN="hf_secret", HF_HUB_DISABLE_PROGRESS_BARS="1")
    if offline: env["HF_HUB_OFFLINE"] = "1"
    stub.log.clear()
    done = subprocess.run(command, env=env, capture_output=True, text=True)
    if done.returncode: sys.exit("%s\n%s\n%s" % (command, done.stdout, done.stderr))
    return done.stdout


def python(stub, home, program, offline=False):
    return run(stub, home, [sys.executable, "-c", "import huggingface_hub as h, sys\n" + program], offline)


def check(what, right):
    print(("ok     " if right else "WRONG  ") + what)
    if not right: sys.exit(1)


def record(path):
    files = {"README.md": b"# A model\n", "config.json": b'{"model_type": "bert"}\n', "tokenizer.json": b'{"version": "1.0"}\n', "tokenizer_config.json": b"{}\n",
             "model.safetensors": bytes(i * 7 % 251 for i in range(2000)), "pytorch_model.bin": bytes(i * 5 % 251 for i in range(2100))}
    stub, entries = Stub(files), []
    with tempfile.TemporaryDirectory() as home:
        python(stub, home, "h.snapshot_download('%s', ignore_patterns=['*.bin'])" % NAME)
        root = os.path.join(home, "hub")
        for folder, _, names in os.walk(root):
            for name in sorted(names):
                full = os.path.join(folder, name)
                entry = {"path": os.path.relpath(full, root).replace(os.sep, "/")}
                if os.path.islink(full): entry["link"] = os.readlink(full)
                else: entry["base64"] = base64.b64encode(open(full, "rb").read()).decode()
                entries.append(entry)
    import huggingface_hub
    origin = "hub/src/test/python/share_cache.py, huggingface_hub " + huggingface_hub.__version__
    with open(path, "w") as out: json.dump({"origin": origin, "entries": sorted(entries, key=lambda e: e["path"])}, out, indent=1)
    print("recorded", path, len(entries), "entries")


litegraft = os.path.abspath(sys.argv[1])
files = {n: open(os.path.join(EXAMPLE, n), "rb").read() for n in sorted(os.listdir(EXAMPLE))}
files["pytorch_model.bin"] = b"not needed"
stub = Stub(files)
import huggingface_hub
print("huggingface_hub", huggingface_hub.__version__)
needed = ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "vocab.txt"]
with tempfile.TemporaryDirectory() as theirs, tempfile.TemporaryDirectory() as ours:
    python(stub, theirs, "h.snapshot_download('%s', ignore_patterns=['*.bin'])" % NAME)
    shown = json.loads(run(stub, theirs, [litegraft, "inspect", NAME, "--json"], offline=True))
    check("Litegraft reads Python's cache offline", shown["class"].startswith("Bert") and not stub.log)
    run(stub, theirs, [litegraft, "inspect", NAME, "--json"])
    check("and with the network downloads nothing: %s" % stub.log, not stub.downloads())
    listed = json.loads(run(stub, theirs, [litegraft, "models", "--json"]))
    check("and lists it", [(m["name"], m["revisions"][0]["refs"]) for m in listed["models"]] == [(NAME, ["main"])])

    run(stub, ours, [litegraft, "inspect", NAME])
    check("Litegraft downloads what is needed: %d requests" % len(stub.downloads()), len([d for d in stub.downloads() if d.startswith("CDN")]) == 2)
    each = "; ".join("print(open(h.hf_hub_download('%s', '%s'), 'rb').read() == open('%s', 'rb').read())" % (NAME, n, os.path.join(EXAMPLE, n)) for n in needed)
    check("Python reads Litegraft's cache offline", python(stub, ours, each, offline=True).split() == ["True"] * len(needed) and not stub.log)
    folder = python(stub, ours, "print(h.snapshot_download('%s'))" % NAME, offline=True).strip()
    check("its snapshot, too", set(needed) <= set(os.listdir(folder)))
    python(stub, ours, each)
    check("and with the network downloads nothing: %d questions" % len(stub.log), stub.log and not stub.downloads())
    scan = python(stub, ours, "c = h.scan_cache_dir(); print(len(c.warnings), [(r.repo_id, [list(v.refs) for v in r.revisions]) for r in c.repos])")
    check("its scan finds nothing wrong: " + scan.strip(), scan.startswith("0 [('org/model', [['main']])]"))
    if importlib.util.find_spec("transformers"):
        loaded = "import transformers as t; m = t.AutoModelForSequenceClassification.from_pretrained('%s'); print(type(m).__name__, len(t.AutoTokenizer.from_pretrained('%s')('a').input_ids))" % (NAME, NAME)
        check("transformers loads it offline: " + python(stub, ours, loaded, offline=True).strip(), not stub.log)
    python(stub, ours, "h.snapshot_download('%s')" % NAME)
    run(stub, ours, [litegraft, "inspect", NAME], offline=True)
    check("and what Python adds does not disturb", not stub.log)
if len(sys.argv) > 2: record(sys.argv[2])
