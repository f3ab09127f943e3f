"""Train the tokenizer and turn the corpus into token ids: tokenizer.json, train.npy and valid.npy (uint16)."""

import argparse
import json
import time
from pathlib import Path

import numpy as np

from data import END_OF_TEXT, END_OF_TEXT_ID, encode, read_text, sha256, train_tokenizer
from model import Shape


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", required=True, help="training text, .txt or .txt.xz")
    parser.add_argument("--valid", required=True, help="held-out text, .txt or .txt.xz")
    parser.add_argument("--out", required=True, type=Path, help="folder for the three files")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)

    start = time.perf_counter()
    text = read_text(arguments.train)
    tokenizer = train_tokenizer(text, Shape().vocab)
    assert tokenizer.token_to_id(END_OF_TEXT) == END_OF_TEXT_ID
    tokenizer.save(str(arguments.out / "tokenizer.json"))
    counts: dict[str, int] = {}
    for split, content in (("train", text), ("valid", read_text(arguments.valid))):
        ids = encode(tokenizer, content)
        np.save(arguments.out / f"{split}.npy", ids)
        counts[f"{split}_tokens"] = len(ids)
        counts[f"{split}_bytes"] = len(content.encode("utf-8"))
    seconds = round(time.perf_counter() - start, 1)
    facts = {**counts, "tokenizer_sha256": sha256(arguments.out / "tokenizer.json"), "seconds": seconds}
    (arguments.out / "corpus.json").write_text(json.dumps(facts, indent=2) + "\n")
    print(json.dumps(facts))


if __name__ == "__main__":
    main()
