"""Muon: momentum whose matrix update is orthogonalised by a Newton-Schulz iteration before it is applied.

The arithmetic of `torch.optim.Muon(adjust_lr_fn="match_rms_adamw")`, run on all matrices of one shape at once: the
model has 56 of them in five shapes, and one small kernel a matrix would leave the GPU waiting for launches.
Reference: K. Jordan et al., "Muon: an optimizer for hidden layers in neural networks" (2024); the factor
0.2 * sqrt(max(rows, columns)), which gives updates the size of AdamW's: J. Liu et al., arXiv:2502.16982.
"""

import torch
from torch import Tensor

COEFFICIENTS = (3.4445, -4.7750, 2.0315)
STEPS = 5


def orthogonalize(update: Tensor) -> Tensor:
    """The nearest semi-orthogonal matrices, roughly (singular values within about 0.7 to 1.2), of [n, rows, columns],
    in bfloat16."""
    a, b, c = COEFFICIENTS
    x = update.bfloat16()
    tall = x.shape[1] > x.shape[2]
    if tall:
        x = x.mT
    x = x / x.norm(dim=(1, 2), keepdim=True).clamp(min=1e-7)
    for _ in range(STEPS):
        gram = x @ x.mT
        x = torch.baddbmm(x, torch.baddbmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return x.mT if tall else x


class Muon(torch.optim.Optimizer):
    """Nesterov momentum 0.95 and decoupled weight decay. Every parameter is a matrix."""

    def __init__(self, params: list[Tensor], peak: float, weight_decay: float, momentum: float = 0.95):
        shapes: dict[torch.Size, list[Tensor]] = {}
        for parameter in params:
            shapes.setdefault(parameter.shape, []).append(parameter)
        groups = [{"params": group} for group in shapes.values()]
        super().__init__(groups, {"lr": peak, "peak": peak, "weight_decay": weight_decay, "momentum": momentum})

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            params = group["params"]
            gradient = torch.stack([p.grad for p in params])
            state = self.state[params[0]]
            if not state:
                state["momentum"] = torch.zeros_like(gradient)
            momentum = state["momentum"].lerp_(gradient, 1 - group["momentum"])
            update = orthogonalize(gradient.lerp(momentum, group["momentum"])).to(gradient.dtype)
            size = 0.2 * max(gradient.shape[1:]) ** 0.5
            torch._foreach_mul_(params, 1 - group["lr"] * group["weight_decay"])
            torch._foreach_add_(params, list(update.unbind()), alpha=-group["lr"] * size)
