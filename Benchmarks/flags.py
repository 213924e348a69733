"""How well `vqa-merge --flags` finds what it says, on labelled pairs.

    python3 Benchmarks/flags.py .build/debug/vqa-merge [--misses]

`flags.jsonl` holds questions and answers of VQA-RAD's test split with explanations that were written for
this, and for each the flags that a reader would raise; two thirds of them are hard: negation, "no
evidence of", both sides, the viewer's left. The rules were improved on one half; the other, held out, was
chosen by a digest of the text before a rule was tried on it, and is what counts. Prints precision and recall with 95 % Wilson intervals;
`--misses` lists the errors in the half that the rules were improved on.
"""

import json
import math
import pathlib
import subprocess
import sys

FLAGS = ["contradicts_polarity", "contradicts_side", "contradicts_number", "contradicts_level",
         "told_answer", "hedges", "repeats", "breaks_off"]


def wilson(hits, total):
    """The 95 % interval of a proportion. https://doi.org/10.1080/01621459.1927.10502953"""
    if total == 0:
        return "-"
    z, share = 1.959964, hits / total
    center = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z / (1 + z * z / total) * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return f"{100 * share:.0f} % ({100 * max(0, center - half):.0f}-{100 * min(1, center + half):.0f})"


def found(tool, pairs):
    """For each pair the flags that the tool raises."""
    rows = [json.dumps({
        "id": f"test/{place}", "split": "test", "row": place, "question": pair["question"],
        "answer": pair["answer"], "image_hash": f"{place:032x}", "image_path": f"{place}.png",
        "image_size": [1, 1], "descriptive_answer": f"{pair['answer']}. Explanation: {pair['explanation']}",
    }) for place, pair in enumerate(pairs)]
    result = subprocess.run(
        [tool, "--flags", "/dev/stdout", "-o", "/dev/null", "-q"],
        input="\n".join(rows).encode(), stdout=subprocess.PIPE, check=True)
    raised = [{} for _ in pairs]
    for line in result.stdout.splitlines():
        flag = json.loads(line)
        raised[int(flag["id"].split("/")[1])][flag["flag"]] = flag["words"]
    return raised


def table(title, pairs, raised):
    print(f"\n{title}: {len(pairs)} pairs, {sum(pair['hard'] for pair in pairs)} of them hard\n")
    print("| flag | pairs with it | precision | recall |\n|---|---:|---|---|")
    for flag in FLAGS:
        wanted = [flag in pair["flags"] for pair in pairs]
        given = [flag in flags for flags in raised]
        hits = sum(a and b for a, b in zip(wanted, given))
        print(f"| `{flag}` | {sum(wanted)} | {wilson(hits, sum(given))} | {wilson(hits, sum(wanted))} |")


def misses(pairs, raised):
    for pair, flags in zip(pairs, raised):
        for flag in FLAGS:
            if (flag in pair["flags"]) != (flag in flags):
                kind = "missed" if flag in pair["flags"] else f"wrong {flags[flag]}"
                print(f"{flag}: {kind}: {pair['question']} {pair['answer']}: {pair['explanation']}")


def main():
    text = pathlib.Path(__file__).with_suffix(".jsonl").read_text(encoding="utf-8")
    pairs = [json.loads(line) for line in text.splitlines()]
    raised = found(sys.argv[1], pairs)
    for title, held_out in [("Improved on", False), ("Held out", True)]:
        part = [(pair, flags) for pair, flags in zip(pairs, raised) if pair["held_out"] == held_out]
        table(title, *zip(*part))
        if "--misses" in sys.argv and not held_out:
            misses(*zip(*part))


main()
