"""Which files `datasets` takes for which split, over many trees.

splits.py DIRECTORY

Makes each tree below DIRECTORY and prints a JSON list of cases: paths, card,
config, and the splits as [name, paths] in order, or null where `datasets`
refuses. Two things are ours: a file is taken once, by the first split that
could have it, and zip files beside others hold pictures and not rows.
"""

import json
import os
import random
import sys

import datasets
from datasets import config as settings
from datasets.data_files import DataFilesDict, get_data_patterns
from datasets.load import LocalDatasetModuleFactory, infer_module_for_data_files
from datasets.packaged_modules import (
    _ALL_ALLOWED_EXTENSIONS, _MODULE_TO_EXTENSIONS, _MODULE_TO_METADATA_FILE_NAMES)

root = sys.argv[1]
datasets.disable_progress_bars()
READ = {"parquet", "json", "csv", "imagefolder"}

by_hand = [
    ["train.csv", "test.csv"],
    ["data/train.csv", "data/test.csv", "README.md"],
    ["train_0.csv", "train_1.csv", "train_10.csv", "train_2.csv", "test_0.csv"],
    ["data/train-00000-of-00002.parquet", "data/train-00001-of-00002.parquet",
     "data/test-00000-of-00001.parquet"],
    ["data/train-00000-of-00001.parquet", "data/val-00000-of-00001.parquet",
     "data/test-00000-of-00001.parquet"],
    ["data/train-00000-of-00001-2a1c3b2e8e1f6a7d.parquet", "data/testdev-00000-of-00001.parquet"],
    ["data/train_sft-00000-of-00001.parquet", "data/train_gen-00000-of-00001.parquet",
     "data/test_sft-00000-of-00001.parquet"],
    ["data/train-00000-of-00001.parquet", "train.parquet", "extra/test.parquet"],
    ["other/train-00000-of-00001.parquet", "other/testmini-00000-of-00001.parquet"],
    ["train/0000.parquet", "test/0000.parquet", "train/0001.parquet"],
    ["train/a.jsonl", "dev/a.jsonl"],
    ["a/train/x.json", "b/train/x.json", "a/eval/x.json"],
    ["my_train_file.json", "my-test-file.json"],
    ["mytrain.json", "contest.json"],
    ["a.parquet", "b.parquet"],
    ["a.json", "imgs.zip", ".gitattributes"],
    ["train.json", "validation.json", "test.json", "imgs.zip", "KG.zip", "mask.txt", ".gitattributes"],
    ["train.csv", "train_2.csv", "test.csv", "test_2.csv", "test_clean.csv", "images.zip"],
    ["training_a.parquet", "eval-final.parquet", "dev.parquet"],
    ["valid.parquet", "val.parquet", "dev.parquet", "validation.parquet"],
    ["evaluation.parquet", "testing.parquet", "eval.parquet", "test.parquet"],
    ["train_test.csv", "test.csv"],
    ["test_train.csv"],
    ["train-train.csv", "x_train.csv", "train.csv"],
    ["train/test.csv", "test/train.csv"],
    ["train/.hidden.csv", "train/a.csv"],
    [".hidden/train.csv", "test.csv"],
    ["__pycache__/train.csv", "test.csv"],
    ["__a/b.csv", "__c.csv"],
    ["train images/a.csv", "test.images/b.csv"],
    ["Train.csv", "TEST.csv"],
    ["train", "test"],
    ["train.parquet", "dataset_infos.json", "config.json"],
    ["sub/config.json", "sub/rows.json"],
    ["images/0.jpg", "images/1.jpg", "metadata.jsonl"],
    ["train/0.jpg", "train/metadata.jsonl", "test/0.jpg", "test/metadata.jsonl"],
    ["train/a/0.png", "train/a/metadata.csv", "train/b/0.png", "train/b/metadata.csv"],
    ["train.zip", "train.jsonl"],
    ["a.csv", "b.csv", "c.json"],
    ["a.csv", "c.json"],
    ["a.parquet", "c.jsonl"],
    ["a.json", "c.jsonl"],
    ["a.tsv", "c.csv"],
    ["deep/er/and/deep/er/train/still/x.parquet"],
    ["data/train-00000-of-00001.parquet", "data/README.md"],
    ["data/0000.parquet", "data/0001.parquet"],
    ["en/train.csv", "de/train.csv", "en/test.csv"],
    ["train_balanced_images/train-00000-of-00001.parquet",
     "val_balanced_images/val-00000-of-00001.parquet"],
    ["größe/train.csv", "zug/train.csv", "a b/train.csv"],
    ["2train.csv", "test2.csv"],
    ["train.csv.bak", "train.csv"],
]

pool = ["pool/ra-0.parquet", "pool/ra-1-test.parquet", "pool/ra-10.parquet", "pool/pa-0.parquet",
        "pool/rz-0.parquet", "extra/north/wing/rz-1.parquet", "small/dev.parquet",
        "small/eval-final.parquet", "small/training_a.parquet", "__x/a.parquet", ".y/a.parquet",
        "train.parquet"]
cards = [
    "- config_name: a\n  data_files: pool/ra-*.parquet",
    "- config_name: a\n  data_files:\n  - pool/pa-0.parquet\n  - 'pool/r[a-y]-?.parquet'",
    "- config_name: a\n  data_files: [{split: x, path: pool/ra-0.parquet}, "
    "{split: y, path: [pool/pa-0.parquet, 'pool/r[!a]-0.parquet']}]",
    "- config_name: a\n  data_dir: small\n- config_name: b\n  data_files: extra/**",
    "- config_name: b\n  default: true\n  data_files: 'extra/**/rz-*.parquet'\n"
    "- config_name: a\n  data_files: pool/**",
    "- config_name: a\n  data_files: pool/*\n- config_name: b\n  data_files: small/*",
    "- config_name: default\n  data_files: '**/rz-*'\n- config_name: b\n  data_files: small/*",
    "- config_name: a\n  data_files: '*/*.parquet'",
    "- config_name: a\n  data_files: '__x/*'",
    "- config_name: a\n  data_files: ['.y/*', '__*/*']",
    "- config_name: a\n  data_files: './pool/pa-*'",
    "- config_name: a\n  data_files: 'pool/missing.parquet'",
    "- config_name: b\n  data_files: small/*\n- config_name: a\n  data_dir: pool\n"
    "  data_files: 'ra-*'",
    "- config_name: a\n  default: true\n  data_files: pool/*\n- config_name: b\n  default: yes\n"
    "  data_files: small/*",
    "- config_name: a\n  data_files: 'pool/ra-[0-9]*[!t].parquet'",
]

words = ["train", "training", "validation", "valid", "dev", "val", "test", "testing", "eval",
         "evaluation", "contest", "strain", "x", "data", "images", "part", "trainer", "a1"]


def random_tree(chance):
    extension = chance.choice(["parquet", "csv", "json", "jsonl"])

    def name():
        text = chance.choice(words)
        for _ in range(chance.randrange(3)):
            text += chance.choice("-._ 09x") + chance.choice(words)
        return text

    folders = [""] + [name() + "/" for _ in range(chance.randrange(4))]
    folders += [chance.choice(folders) + name() + "/" for _ in range(chance.randrange(3))]
    paths = {chance.choice(folders) + name() + "." + extension
             for _ in range(chance.randrange(1, 9))}
    if chance.random() < 0.2:
        paths |= {f"data/{chance.choice(words)}-0000{i}-of-00002.{extension}" for i in range(2)}
    # No file where another path has a folder.
    return sorted(p for p in paths if not any(q.startswith(p + "/") for q in paths))


def make(number, paths, card):
    base = os.path.join(root, f"t{number}")
    for path in paths:
        full = os.path.join(base, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        open(full, "w").close()
    if card is not None:
        with open(os.path.join(base, "README.md"), "w") as out:
            out.write(f"---\nlicense: mit\nconfigs:\n{card}\n---\n# A set\n\nconfigs: none\n")
    return base


def by_names(base):
    files = DataFilesDict.from_patterns(
        get_data_patterns(base), base_path=base, allowed_extensions=_ALL_ALLOWED_EXTENSIONS)
    module, _ = infer_module_for_data_files(files, path=base)
    if module not in READ:
        return None
    return files.filter(extensions=_MODULE_TO_EXTENSIONS[module],
                        file_names=_MODULE_TO_METADATA_FILE_NAMES[module])


def by_card(base, wanted):
    module = LocalDatasetModuleFactory(base).get_module()
    parameters = module.builder_configs_parameters
    name = wanted or parameters.default_config_name
    found = [c for c in parameters.builder_configs if c.name == name]
    if not found:
        return None
    found[0]._resolve_data_files(base, datasets.DownloadConfig())
    return found[0].data_files


def taken_once(files, base, across):
    seen = set()
    splits = []
    for split, paths in files.items():
        relative = [os.path.relpath(p, os.path.realpath(base)) for p in paths]
        if not across:
            seen = set()
        kept = [p for p in relative if not (p in seen or seen.add(p))]
        others = [p for p in kept if not p.endswith(".zip")]
        metadata = [p for p in others if os.path.basename(p).startswith("metadata.")]
        kept = metadata or others or kept
        if kept:
            splits.append([str(split), kept])
    return splits


chance = random.Random(20261125)
cases = [(paths, None, None) for paths in by_hand]
# Of several defaults `datasets` refuses all, also where one is named.
cases += [(pool, card, wanted) for card in cards for wanted in (None, "a", "b")
          if wanted is None or "default: yes" not in card]
cases += [(random_tree(chance), None, None) for _ in range(150)]
results = []
for number, (paths, card, wanted) in enumerate(cases):
    base = make(number, paths, card)
    try:
        files = by_names(base) if card is None else by_card(base, wanted)
        splits = files and taken_once(files, base, across=card is None)
    except (ValueError, FileNotFoundError, datasets.exceptions.DatasetNotFoundError) as error:
        splits = None
    text = open(os.path.join(base, "README.md")).read() if card is not None else None
    results.append({"paths": paths, "card": text, "config": wanted, "splits": splits})
json.dump(results, sys.stdout)
