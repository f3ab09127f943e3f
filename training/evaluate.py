"""Measure exported folders with HF transformers in float32; writes evaluation.json and the reference files.

Perplexity: the text is tokenized as one string (no BOS added, `<|endoftext|>` lines give the special token), cut into
non-overlapping windows of the training context, the last one shorter; the first token of each window is not scored.
`nll` is the mean over scored tokens in nats, perplexity its exponential. Three figures that do not depend on the
tokenizer stand beside it, each with the nll applied to all tokens, scored or not: nats, bits per byte, and perplexity
per word, where a word is a piece between white space and every line end counts as one more.
"""

import argparse
import json
import math
import os
import platform
from pathlib import Path

# HF compiles its quantizers on first use; here that takes longer than the work.
os.environ["TORCHDYNAMO_DISABLE"] = "1"

import accelerate
import numpy as np
import tokenizers
import torch
import torch.nn.functional as F
import transformers
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, AutoTokenizer

from data import read_text, scoring_windows

PROMPT_TOKENS = 24
BATCH = 32
SAMPLE_PROMPT = "It was a dark evening in November, and the old man"


def load(folder: Path, device: str):
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).to(device).eval()


@torch.no_grad()
def mean_nats(model, ids: np.ndarray) -> tuple[float, int]:
    """Mean nats and number of scored tokens; the logarithms are summed in float64."""
    windows = scoring_windows(ids, model.config.max_position_embeddings)
    total, scored = 0.0, 0
    for first in range(0, len(windows), BATCH):
        group = windows[first : first + BATCH]
        for size in sorted({len(window) for window in group}):
            rows = np.stack([window for window in group if len(window) == size]).astype(np.int64)
            table = torch.from_numpy(rows).to(model.device)
            logits = model(table).logits[:, :-1].float()
            nats = F.cross_entropy(logits.flatten(0, 1), table[:, 1:].flatten(), reduction="none")
            total += float(nats.double().sum())
            scored += nats.numel()
    return total / scored, scored


def measure(model, ids: np.ndarray, text: str) -> dict:
    """All figures of one text. `text` is what `ids` encode."""
    nll, scored = mean_nats(model, ids)
    nats = nll * len(ids)
    words = len(text.split()) + text.count("\n")
    octets = len(text.encode("utf-8"))
    return {
        "perplexity": math.exp(nll), "nll": nll, "tokens": len(ids), "tokens_scored": scored,
        "bytes": octets, "bits_per_byte": nats / octets / math.log(2),
        "words_and_line_ends": words, "perplexity_per_word": math.exp(nats / words),
    }


@torch.no_grad()
def reference_logits(folder: Path, ids: np.ndarray, path: Path) -> dict:
    """Logits of a fixed prompt and its greedy continuation, on the CPU: ids [1, 24], logits [1, 24, vocab],
    generated [1, 48], margins [24] (distance of the two best logits at each greedy choice).

    Returns how far the same code on the GPU is from them. Two correct float32 programs differ by more than float32
    rounding here: an activation that lies at a rounding boundary becomes another integer, and each later quantizer
    turns that into more such flips."""
    model = load(folder, "cpu")
    prompt = torch.from_numpy(ids[:PROMPT_TOKENS].astype(np.int64))[None]
    output = model.generate(
        prompt, max_new_tokens=PROMPT_TOKENS, min_new_tokens=PROMPT_TOKENS, do_sample=False,
        output_logits=True, return_dict_in_generate=True,
    )
    best = torch.stack(output.logits)[:, 0].float().topk(2, dim=-1).values
    logits = model(prompt).logits.float()
    save_file(
        {"ids": prompt, "logits": logits.contiguous(),
         "generated": output.sequences.contiguous(), "margins": (best[:, 0] - best[:, 1]).contiguous()},
        path, metadata={"made_by": f"transformers {transformers.__version__}, torch {torch.__version__}, float32, CPU"},
    )
    if not torch.cuda.is_available():
        return {}
    difference = (load(folder, "cuda")(prompt.cuda()).logits.float().cpu() - logits).abs()
    return {"mean": float(difference.mean()), "max": float(difference.max()), "logit_deviation": float(logits.std()),
            "mean_by_position": [round(float(row.mean()), 6) for row in difference[0]]}


def sample(folder: Path, device: str) -> str:
    """A text generated as a user would do it: folder in, text out."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder).to(device)
    torch.manual_seed(158)
    inputs = tokenizer(SAMPLE_PROMPT, return_tensors="pt", return_token_type_ids=False).to(device)
    output = model.generate(**inputs, max_new_tokens=120, do_sample=True, temperature=0.8, top_p=0.95)
    return tokenizer.decode(output[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ternary", required=True, type=Path, help="exported folder of the ternary model")
    parser.add_argument("--twin", required=True, type=Path, help="exported folder of the full-precision twin")
    parser.add_argument("--valid", required=True, help="held-out text, .txt or .txt.xz")
    parser.add_argument("--wikitext", required=True, help="wikitext-2 validation split as distributed")
    parser.add_argument("--out", required=True, type=Path)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    device = "cuda" if torch.cuda.is_available() else "cpu"

    tokenizer = AutoTokenizer.from_pretrained(arguments.ternary)
    assert tokenizer.is_fast
    valid_text, wiki_text = read_text(arguments.valid), read_text(arguments.wikitext)
    valid, wiki = (
        np.array(tokenizer(text, add_special_tokens=False)["input_ids"], dtype=np.uint16)
        for text in (valid_text, wiki_text)
    )
    texts = {"valid": (valid, valid_text), "wikitext2_valid": (wiki, wiki_text)}
    for count in (100_000, 5_000):
        texts[f"valid_first_{count}_tokens"] = (valid[:count], tokenizer.decode(valid[:count].tolist()))
    models = {"ternary": arguments.ternary, "twin": arguments.twin}
    results: dict[str, dict] = {name: {} for name in texts}
    for kind, folder in models.items():
        model = load(folder, device)
        for name, (ids, text) in texts.items():
            results[name][kind] = measure(model, ids, text)
    for row in results.values():
        row["ternary_over_twin"] = row["ternary"]["perplexity"] / row["twin"]["perplexity"]
        print({k: v["perplexity"] if isinstance(v, dict) else v for k, v in row.items()}, flush=True)

    packages = (transformers, torch, tokenizers, accelerate)
    versions = {"python": platform.python_version(), **{package.__name__: package.__version__ for package in packages}}
    spread = reference_logits(arguments.ternary, valid, arguments.out / "hf-logits.safetensors")
    generated = sample(arguments.ternary, device)
    print(generated)
    prefix = texts["valid_first_5000_tokens"]
    same = tokenizer(prefix[1], add_special_tokens=False)["input_ids"] == prefix[0].tolist()
    first = {"text_tokenizes_to_ids": same, "ids": prefix[0].tolist(), "text": prefix[1]}
    (arguments.out / "first-5000-ids.json").write_text(json.dumps(first, ensure_ascii=False) + "\n")
    gpu = torch.cuda.get_device_name() if device == "cuda" else None
    summary = {
        "method": __doc__.split("\n\n", 1)[1], "precision": "float32", "gpu": gpu, "versions": versions,
        "results": results, "hf_logits_gpu_against_cpu": spread,
        "sample": {"prompt": SAMPLE_PROMPT, "seed": 158, "text": generated},
    }
    (arguments.out / "evaluation.json").write_text(json.dumps(summary, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
