"""Writes small models in the form of Meta's and Mistral's own programs, and what transformers says of them.

    python record_consolidated.py OUT

Recorded with torch 2.13.0, transformers 5.18.0 and safetensors 0.8. The models are made by transformers;
what its scripts convert_llama_weights_to_hf.py and convert_mistral_weights_to_hf.py do to names and rows
is done backwards here.
"""

import json
import os
import re
import sys

import torch
from safetensors.torch import save_file
from transformers import LlamaConfig, LlamaForCausalLM, MistralConfig, MistralForCausalLM

OUT = sys.argv[1]
NAMES = [
    (r"^model\.embed_tokens\.", "tok_embeddings."),
    (r"^model\.norm\.", "norm."),
    (r"^lm_head\.", "output."),
    (r"^model\.layers\.", "layers."),
    (r"self_attn\.(.)_proj", r"attention.w\1"),
    (r"mlp\.gate_proj", "feed_forward.w1"),
    (r"mlp\.down_proj", "feed_forward.w2"),
    (r"mlp\.up_proj", "feed_forward.w3"),
    (r"input_layernorm", "attention_norm"),
    (r"post_attention_layernorm", "ffn_norm"),
]


def original_name(name):
    for pattern, replacement in NAMES:
        name = re.sub(pattern, replacement, name)
    return name


def original(model):
    """The state dict as Meta's program has it."""
    config = model.config
    width = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    state = {}
    for name, tensor in model.state_dict().items():
        if re.search(r"(q|k)_proj", name):
            rows, columns = tensor.shape
            tensor = tensor.view(rows // width, 2, width // 2, columns).transpose(1, 2).reshape(rows, columns)
        state[original_name(name)] = tensor.contiguous()
    return state


def split(state, count, vocabulary):
    """One state dict a processor; the table of words is divided by its rows (0) or columns (1)."""
    parts = [{} for _ in range(count)]
    for name, tensor in state.items():
        if name.endswith("norm.weight"):
            pieces = [tensor] * count
        else:
            columns = re.search(r"attention\.wo|feed_forward\.w2", name)
            dim = vocabulary if name.startswith("tok_") else 1 if columns else 0
            pieces = tensor.chunk(count, dim)
        for part, piece in zip(parts, pieces):
            part[name] = piece.clone()
    for part in parts:
        part["rope.freqs"] = torch.ones(2)
    return parts


def write(name, model, files):
    folder = f"{OUT}/{name}"
    os.makedirs(folder, exist_ok=True)
    model.config.architectures = [type(model).__name__]
    model.config.dtype = str(model.dtype).split(".")[1]
    model.config.save_pretrained(folder)
    with open(f"{folder}/params.json", "w") as f:
        json.dump({"dim": model.config.hidden_size, "n_layers": model.config.num_hidden_layers}, f)
    for file, state in files.items():
        (save_file if file.endswith(".safetensors") else torch.save)(state, f"{folder}/{file}")
    os.makedirs(f"{OUT}/same/{name}", exist_ok=True)
    state = {k: v.clone().contiguous() for k, v in model.state_dict().items()}
    save_file(state, f"{OUT}/same/{name}/model.safetensors", {"format": "pt"})
    # A new one: .to() rounds the rotary frequencies, too, which from_pretrained does not.
    exact = type(model)(model.config).eval()
    exact.load_state_dict(model.state_dict())
    rows = []
    with torch.no_grad():
        for ids in [[5, 9, 2, 31, 17], [1, 38, 4]]:
            states = exact.model(torch.tensor([ids])).last_hidden_state
            rows.append({"input_ids": ids, "answer": states[0, -1].tolist()})
    with open(f"{OUT}/same/{name}/expected.json", "w") as f:
        json.dump({"rows": rows}, f)


def made(model_class, config, dtype, seed):
    torch.manual_seed(seed)
    model = model_class(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.randn(parameter.shape) * (0.3 if parameter.dim() > 1 else 0.1))
            if parameter.dim() == 1:
                parameter.add_(1)
    return model.to(dtype)


def main():
    sizes = {
        "vocab_size": 40,
        "hidden_size": 16,
        "intermediate_size": 24,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 64,
        "bos_token_id": 1,
        "eos_token_id": 2,
    }
    llama = made(LlamaForCausalLM, LlamaConfig(**sizes), torch.bfloat16, 1)
    write("two-parts", llama, {f"consolidated.{i:02d}.pth": p for i, p in enumerate(split(original(llama), 2, 1))})
    llama3 = made(LlamaForCausalLM, LlamaConfig(**sizes, rope_theta=500000.0), torch.float16, 2)
    write("two-parts-by-rows", llama3, {f"consolidated.{i:02d}.pth": p for i, p in enumerate(split(original(llama3), 2, 0))})
    single = made(LlamaForCausalLM, LlamaConfig(**sizes, tie_word_embeddings=True), torch.float32, 3)
    state = original(single)
    state["output.weight"] = state["tok_embeddings.weight"]
    write("one-part", single, {"consolidated.00.pth": state})
    mistral = made(MistralForCausalLM, MistralConfig(**sizes, head_dim=6, sliding_window=None), torch.bfloat16, 4)
    state = original(mistral)
    write("safetensors", mistral, {"consolidated.safetensors": state})
    names = list(state)
    shards = {"consolidated-00001-of-00002.safetensors": names[:9], "consolidated-00002-of-00002.safetensors": names[9:]}
    write("sharded", mistral, {f: {n: state[n] for n in owned} for f, owned in shards.items()})
    with open(f"{OUT}/sharded/consolidated.safetensors.index.json", "w") as f:
        json.dump({"metadata": {}, "weight_map": {n: f for f, owned in shards.items() for n in owned}}, f)


main()
