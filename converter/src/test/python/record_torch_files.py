"""Writes files of torch.save, and what is in them as safetensors.

    python record_torch_files.py OUT

Run with torch 2.13.0 and safetensors 0.8 it writes everything; with an older torch, of Debian's
python3-torch 1.13.1, that has no safetensors, the torch files alone: their tensors are the same.
"""

import argparse
import io
import os
import pickle
import struct
import sys
import zipfile
from collections import OrderedDict

import torch

OUT = sys.argv[1]
VERSION = ".".join(torch.__version__.split("+")[0].split(".")[:2])


def numbers(*shape, at=0):
    count = 1
    for size in shape:
        count *= size
    return ((torch.arange(at, at + count, dtype=torch.float32) * 37 % 101) / 16 - 3).reshape(shape)


def state():
    """Every way in which a state dict's tensor can lie in its storage, and every type."""
    table = numbers(6, 5)
    shared = numbers(40)
    cube = numbers(2, 3, 4)
    big = numbers(30, 70)
    s = OrderedDict()
    s["plain"] = table
    s["tied"] = table
    s["transposed"] = table.t()
    s["rows"] = table[2:5]
    s["columns"] = table[:, 1:4]
    s["every_second"] = table[::2, ::3]
    s["first_half"] = shared[:20].reshape(4, 5)
    s["second_half"] = shared[20:].reshape(5, 4)
    s["permuted"] = cube.permute(2, 0, 1)
    s["expanded"] = numbers(1, 4).expand(3, 4)
    s["diagonal"] = table[:5].diagonal()
    s["half_transposed"] = big.half().t()
    s["scalar"] = torch.tensor(2.5)
    s["empty"] = torch.empty(0, 3)
    s["parameter"] = torch.nn.Parameter(numbers(3, 3, at=7))
    for name in ["float64", "float16", "bfloat16", "int64", "int32", "int16", "int8"]:
        s["as_" + name] = numbers(4, 3, at=3).to(getattr(torch, name))
    s["as_uint8"] = (numbers(4, 3) + 3).to(torch.uint8)
    s["as_bool"] = numbers(4, 3) > 0
    s["bf16_transposed"] = numbers(4, 3, at=5).to(torch.bfloat16).t()
    return s


def metadata(s):
    """Of a module's state_dict(): attributes of the OrderedDict."""
    s._metadata = OrderedDict([("", {"version": 1}), ("encoder", {"version": 2})])
    return s


def swapped(path, out):
    """The same file as a big-endian machine would write it."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(out, "w") as target:
        root = source.namelist()[0].split("/")[0]
        types = {}

        class Reader(pickle.Unpickler):
            def persistent_load(self, pid):
                types[pid[2]] = pid[1]
                return None

            def find_class(self, module, name):
                made = {"OrderedDict": OrderedDict}.get(name, lambda *arguments: None)
                return name if name.endswith("Storage") else made

        Reader(io.BytesIO(source.read(root + "/data.pkl"))).load()
        widths = {"DoubleStorage": 8, "LongStorage": 8, "FloatStorage": 4, "IntStorage": 4}
        widths |= {"HalfStorage": 2, "BFloat16Storage": 2, "ShortStorage": 2}
        for name in source.namelist():
            data = source.read(name)
            if name.startswith(root + "/data/"):
                width = widths.get(types[name.rsplit("/", 1)[1]], 1)
                data = b"".join(data[i : i + width][::-1] for i in range(0, len(data), width))
            if name.endswith("/byteorder"):
                data = b"big"
            target.writestr(zipfile.ZipInfo(name), data)


def main():
    os.makedirs(OUT, exist_ok=True)
    torch.save(metadata(state()), f"{OUT}/zip-{VERSION}.bin")
    torch.save(metadata(state()), f"{OUT}/legacy-{VERSION}.bin", _use_new_zipfile_serialization=False)
    if VERSION != "2.13":
        return
    from safetensors.torch import save_file

    plain = {k: v.detach().clone().contiguous() for k, v in state().items()}
    save_file(plain, f"{OUT}/same.safetensors")
    torch.save(state(), f"{OUT}/protocol5-{VERSION}.bin", pickle_protocol=5)
    torch.serialization.set_crc32_options(False)
    torch.save(state(), f"{OUT}/no_sums-{VERSION}.bin")
    torch.serialization.set_crc32_options(True)
    swapped(f"{OUT}/zip-{VERSION}.bin", f"{OUT}/big_endian.bin")
    attributes = state()["plain"]
    attributes.origin = "here"
    torch.save({"plain": attributes, "epoch": 3, "rest": [1, 2.5, None, True]}, f"{OUT}/beside.bin")
    refused = {
        "float8": {"w": numbers(4).to(torch.float8_e4m3fn)},
        "complex": {"w": torch.ones(2, dtype=torch.complex64)},
        "sparse": {"w": torch.eye(3).to_sparse()},
        "quantized": {"w": torch.quantize_per_tensor(numbers(4), 0.1, 0, torch.qint8)},
        "checkpoint": {"state_dict": state(), "epoch": 3},
        "tensor": numbers(4),
        "module": torch.nn.Linear(2, 2),
        "training": {"w": numbers(4), "args": argparse.Namespace(epochs=3)},
    }
    for name, value in refused.items():
        torch.save(value, f"{OUT}/refused-{name}.bin")
    torch.jit.save(torch.jit.script(torch.nn.Linear(2, 2)), f"{OUT}/refused-script.bin")


main()
