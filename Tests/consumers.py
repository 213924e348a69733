"""Loads what `vqa-merge` writes with the loaders of LLaMA-Factory and ms-swift themselves, and as TRL wants it.

    pip download --no-deps -d wheels llamafactory ms-swift
    for wheel in wheels/*.whl; do unzip -q "$wheel" -d unpacked; done
    .build/venv/bin/python Tests/consumers.py .build/debug/vqa-merge unpacked

Only the code that reads data is run: torch, transformers and the like, which take gigabytes, are replaced
by modules that hold nothing.
"""

import importlib.abc
import importlib.machinery
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import types
from types import SimpleNamespace

from PIL import Image

HEAVY = {
    "av", "modelscope", "peft", "scipy", "torch", "torchaudio", "torchvision", "transformers", "trl", "zstandard",
}


class Nothing(type):
    """A class that has whatever attribute is asked for, to derive from, to call and to decorate with."""

    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Nothing(name, (), {})

    def __call__(cls, *arguments, **options):
        return arguments[0] if len(arguments) == 1 and callable(arguments[0]) else Nothing(cls.__name__, (), {})

    def __getitem__(cls, key):
        return cls

    def __iter__(cls):
        return iter(())

    def __or__(cls, other):
        return cls

    __ror__ = __or__


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the heavy modules, which hold nothing."""

    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in HEAVY:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        module = types.ModuleType(spec.name)
        module.__getattr__ = lambda name: getattr(Nothing(spec.name, (), {}), name)
        module.__version__ = "99.0"
        return module

    def exec_module(self, module):
        pass


def bare(*names):
    """Packages without what their `__init__` does, which imports everything else."""
    for name in names:
        module = types.ModuleType(name)
        module.__path__ = [str(pathlib.Path(sys.path[0], *name.split(".")))]
        sys.modules[name] = module


QUESTIONS = ["Is it?", "a <image> b <video>", "<im<image>age>", "\U0001f600\n\"?\""]


def make(tool, folder):
    (folder / "i").mkdir()
    rows = []
    for place, question in enumerate(QUESTIONS):
        Image.new("RGB", (40 + place, 30), (place, 20, 30)).save(folder / f"i/{place}.png")
        rows.append(json.dumps({
            "id": f"train/{place}", "split": "train", "row": place, "question": question, "answer": "yes",
            "image_hash": f"{place:032x}", "image_path": f"i/{place}.png", "image_size": [40 + place, 30],
            "descriptive_answer": "yes. Explanation: it <audio>is.",
        }))
    for name, options in [
        ("train.jsonl", ["--format", "sharegpt", "--absolute-paths"]),
        ("chats.jsonl", ["--format", "messages"]),
        ("data/train.parquet", ["--format", "parquet"]),
        ("i/metadata.jsonl", ["--format", "imagefolder"]),
        ("nested.json", []),
    ]:
        (folder / name).parent.mkdir(exist_ok=True)
        subprocess.run([tool, "-q", "-o", name, *options], input="\n".join(rows).encode(), cwd=folder, check=True)


def llama_factory(folder):
    """`get_dataset_list`, `align_dataset` and the check of marks, as `loader.py` and `mm_plugin.py` use them."""
    bare("llamafactory", "llamafactory.data")
    from datasets import load_dataset
    from llamafactory.data.converter import align_dataset
    from llamafactory.data.mm_plugin import BasePlugin
    from llamafactory.data.parser import get_dataset_list
    (attributes,) = get_dataset_list(["train"], str(folder))
    raw = load_dataset("json", data_files=str(folder / attributes.dataset_name), split="train")
    arguments = SimpleNamespace(
        media_dir=str(folder), streaming=False, overwrite_cache=True, preprocessing_num_workers=None)
    aligned = align_dataset(raw, attributes, arguments, SimpleNamespace(local_process_index=0))
    plugin = BasePlugin("<image>", "<video>", "<audio>")
    for place, sample in enumerate(aligned):
        messages = sample["_prompt"] + sample["_response"]
        plugin._validate_messages(messages, sample["_images"], sample["_videos"] or [], sample["_audios"] or [])
        assert [message["role"] for message in messages] == ["user", "assistant"], messages
        assert Image.open(sample["_images"][0]).size == (40 + place, 30)
    return len(aligned)


def ms_swift(folder):
    """ms-swift's `AutoPreprocessor`, and one `<image>` for each image, as its templates demand."""
    bare("swift", "swift.dataset", "swift.template")
    from datasets import load_dataset
    from swift.template.utils import history_to_messages
    template = sys.modules["swift.template"]
    template.history_to_messages = history_to_messages
    template.__getattr__ = lambda name: Nothing(name, (), {})
    from swift.dataset.preprocessor import AutoPreprocessor
    raw = load_dataset("json", data_files=str(folder / "train.jsonl"), split="train")
    found = AutoPreprocessor()(raw, num_proc=1, strict=True, enable_auto_mapping=True)
    for place, sample in enumerate(found):
        text = "".join(message["content"] for message in sample["messages"])
        image = sample["images"][0]
        assert text.count("<image>") == len(sample["images"]) == 1, sample
        assert Image.open(image["path"] if isinstance(image, dict) else image).size == (40 + place, 30)
        assert [message["role"] for message in sample["messages"]] == ["user", "assistant"]
    return len(found)


def trl(folder):
    """The lines of docs/training.md that cast the images."""
    from datasets import Image as ImageFeature
    from datasets import List, load_dataset
    data = load_dataset("json", data_files=str(folder / "chats.jsonl"), split="train")
    data = data.cast_column("images", List(ImageFeature()))
    for place, sample in enumerate(data):
        parts = [part for message in sample["messages"] for part in message["content"]]
        assert sum(part["type"] == "image" for part in parts) == len(sample["images"]) == 1
        assert not any("<image>" in (part.get("text") or "") for part in parts), sample
        assert sample["images"][0].size == (40 + place, 30)
    return len(data)


def hub(folder):
    from datasets import load_dataset
    data = load_dataset(str(folder / "data"), split="train")
    assert [sample["image"].size for sample in data] == [(40 + place, 30) for place in range(len(QUESTIONS))]
    return len(data)


def imagefolder(folder):
    """The line of README.md."""
    from datasets import load_dataset
    data = load_dataset("imagefolder", data_dir=str(folder / "i"), split="train")
    found = sorted((sample["image"].size[0], sample["question"]) for sample in data)
    assert found == [(40 + place, question) for place, question in enumerate(QUESTIONS)], found
    return len(data)


def main():
    tool = str(pathlib.Path(sys.argv[1]).resolve())
    sys.path.insert(0, str(pathlib.Path(sys.argv[2]).resolve()))
    sys.meta_path.insert(0, Finder())
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make(tool, folder)
        os.chdir(folder)
        for check in (trl, hub, imagefolder, llama_factory, ms_swift):
            assert check(folder) == len(QUESTIONS)
            print(f"ok: {check.__name__}")


main()
