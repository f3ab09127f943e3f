"""Train the ternary model or its full-precision twin; writes weights.safetensors (float32 masters) and log.json.

Both runs share everything but the flag: shape, seed (so the same start and the same batches in the same order),
tokens, schedule, regularisation. What is kept is the last state, never the best one on the held-out text.
"""

import argparse
import dataclasses
import json
import math
import platform
import time
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from data import batches, scoring_windows
from model import BitNet, Shape, projections, ternarize
from muon import Muon

VALIDATIONS = 8
"""Evenly spaced over a run; not compiled, as that would take longer than they do."""


@dataclasses.dataclass(frozen=True)
class Recipe:
    tokens: int = 290_000_000
    batch: int = 64
    """Windows of one context a step."""
    learning_rate: float = 6e-3
    """Peak, of the projections (Muon)."""
    embedding_rate: float = 4e-3
    """Peak, of the embedding and the norms (AdamW)."""
    warmup: float = 0.02
    """Share of the steps in which the rate rises linearly; after it falls linearly to zero."""
    betas: tuple[float, float] = (0.9, 0.95)
    weight_decay: float = 0.1
    """On matrices and the embedding, in the first half of the steps; none in the second, none on norms."""
    clip: float = 1.0
    dropout: float = 0.05
    """On the embedding and on what a block adds to the residual stream."""
    seed: int = 158


def schedule(recipe: Recipe, step: int, steps: int) -> float:
    """Share of the peak learning rate at a step (0-based)."""
    warmup = max(1, round(recipe.warmup * steps))
    return (step + 1) / warmup if step < warmup else (steps - step) / (steps - warmup)


def optimizers(model: BitNet, recipe: Recipe) -> list[torch.optim.Optimizer]:
    """Optimizers whose groups carry their peak rate as `peak`."""
    fused = model.cos.is_cuda
    matrices = [layer.weight for _, layer in projections(model)]
    norms = [p for p in model.parameters() if p.dim() == 1]
    embedding = model.model.embed_tokens.weight
    groups = [
        {"params": [embedding], "peak": recipe.embedding_rate, "weight_decay": recipe.weight_decay},
        {"params": norms, "peak": recipe.embedding_rate, "weight_decay": 0.0},
    ]
    return [
        Muon(matrices, recipe.learning_rate, recipe.weight_decay),
        torch.optim.AdamW(groups, betas=recipe.betas, fused=fused),
    ]


def held_out_loss(model: BitNet, ids: np.ndarray, batch: int) -> float:
    """Mean nats on the full windows of the held-out text, in training precision: a progress figure; the published
    figures come from evaluate.py."""
    context, device = model.shape.context, model.cos.device
    windows = [window for window in scoring_windows(ids, context) if len(window) == context]
    windows = windows[: max(1, len(windows) // batch) * batch]
    table = torch.from_numpy(np.stack(windows).astype(np.int64)).to(device)
    total = 0.0
    with torch.no_grad():
        for rows in table.split(batch):
            targets = torch.cat([rows[:, 1:], rows.new_full((len(rows), 1), -100)], dim=1)
            total += float(model.loss(rows, targets)) * len(rows)
    return total / len(table)


def census(model: BitNet) -> list[dict]:
    """Fractions of -1, 0 and +1 and the scale of each ternary tensor."""
    rows = []
    for name, layer in projections(model):
        trits, scale = ternarize(layer.weight.detach())
        minus, zero, plus = (round(float((trits == t).float().mean()), 6) for t in (-1, 0, 1))
        rows.append({"tensor": name, "minus": minus, "zero": zero, "plus": plus, "scale": float(scale)})
    return rows


def train(model: BitNet, recipe: Recipe, data: Path, device: str) -> dict:
    """Run the recipe; returns curves and times."""
    shape = model.shape
    train_ids = torch.from_numpy(np.load(data / "train.npy").astype(np.int32)).to(device)
    valid_ids = np.load(data / "valid.npy")
    stream = batches(train_ids, recipe.batch, shape.context, recipe.seed)
    steps = max(2, recipe.tokens // (recipe.batch * shape.context))
    loss = torch.compile(model.loss, dynamic=False) if device == "cuda" else model.loss
    updates = optimizers(model, recipe)
    curve: list[dict] = []
    validation: list[dict] = []
    recent = torch.zeros((), device=device)
    start = time.perf_counter()
    for step in range(steps):
        share = schedule(recipe, step, steps)
        for group in (group for update in updates for group in update.param_groups):
            group["lr"] = share * group["peak"]
            if step == steps // 2:
                group["weight_decay"] = 0.0
        window = next(stream)
        value = loss(window[:, :-1], window[:, 1:])
        value.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), recipe.clip)
        for update in updates:
            update.step()
            update.zero_grad(set_to_none=True)
        recent += value.detach()
        done = step + 1
        if done % 50 == 0:
            mean = float(recent) / 50
            recent.zero_()
            passed = round(time.perf_counter() - start, 1)
            row = {"step": done, "loss": round(mean, 4), "share_of_peak_rate": round(share, 4), "seconds": passed}
            curve.append(row)
        if done * VALIDATIONS // steps > step * VALIDATIONS // steps:
            model.eval()
            perplexity = math.exp(held_out_loss(model, valid_ids, recipe.batch))
            model.train()
            validation.append({"step": done, "perplexity": round(perplexity, 3)})
            passed = time.perf_counter() - start
            print(f"step {done}/{steps} train {value.item():.4f} valid ppl {perplexity:.2f} {passed:.0f} s", flush=True)
    seconds = time.perf_counter() - start
    tokens = steps * recipe.batch * shape.context
    return {"steps": steps, "tokens": tokens, "passes_over_the_text": round(tokens / len(train_ids), 2),
            "seconds": round(seconds, 1), "tokens_per_second": round(tokens / seconds),
            "validation_training_precision": validation, "loss_curve": curve}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, type=Path, help="folder written by prepare.py")
    parser.add_argument("--mode", required=True, choices=["ternary", "twin"])
    parser.add_argument("--out", required=True, type=Path)
    for field in dataclasses.fields(Recipe):
        if field.type in (int, float):
            parser.add_argument(f"--{field.name.replace('_', '-')}", type=field.type, default=field.default)
    arguments = parser.parse_args()
    known = {field.name for field in dataclasses.fields(Recipe)}
    recipe = Recipe(**{name: value for name, value in vars(arguments).items() if name in known})
    arguments.out.mkdir(parents=True, exist_ok=True)

    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(recipe.seed)
    shape = Shape()
    model = BitNet(shape, arguments.mode == "ternary", recipe.dropout).to(device)
    result = train(model, recipe, arguments.data, device)
    log = {
        "mode": arguments.mode,
        "shape": dataclasses.asdict(shape),
        "recipe": dataclasses.asdict(recipe),
        "ternary_parameters": sum(layer.weight.numel() for _, layer in projections(model)),
        "parameters": sum(p.numel() for p in model.parameters()),
        "corpus": json.loads((arguments.data / "corpus.json").read_text()),
        "gpu": torch.cuda.get_device_name() if device == "cuda" else None,
        "versions": {"python": platform.python_version(), "torch": torch.__version__, "numpy": np.__version__},
        **result,
    }
    if arguments.mode == "ternary":
        log["census"] = census(model)
    save_file({k: v.contiguous().cpu() for k, v in model.state_dict().items()}, arguments.out / "weights.safetensors")
    (arguments.out / "log.json").write_text(json.dumps(log, indent=1) + "\n")


if __name__ == "__main__":
    main()
