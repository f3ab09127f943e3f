"""BitNet b1.58 in PyTorch, the graph and the parameter names of `BitNetForCausalLM` in HF transformers.

A block is `x + o_proj(attn_sub_norm(attention(input_layernorm(x))))`, then the same with
`down_proj(ffn_sub_norm(relu(gate)^2 * up))`. Each of the seven projections of a block has ternary weights
(absmean: W ~ mean|W| * t, t in {-1, 0, +1}) and int8 activations (absmax of each token, ties to even); the gradient
passes both roundings unchanged (straight-through). With `ternary=False` the same module is the full-precision twin.

Reference: "The Era of 1-bit LLMs", arXiv:2402.17764; "BitNet b1.58 2B4T", arXiv:2504.12285 (squared ReLU, sub-norms).
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

SCALE_FLOOR = 1e-5
"""Smallest mean|W| and smallest max|x| that a quantizer divides by (HF's value)."""


@dataclass(frozen=True)
class Shape:
    vocab: int = 8192
    hidden: int = 512
    ffn: int = 1536
    layers: int = 8
    heads: int = 8
    kv_heads: int = 4
    context: int = 512
    rope_theta: float = 10000.0
    norm_eps: float = 1e-5

    @property
    def head_dim(self) -> int:
        return self.hidden // self.heads


def ternarize(weight: Tensor) -> tuple[Tensor, Tensor]:
    """Trits (in the dtype of `weight`) and the scale mean|W| of the whole tensor."""
    scale = weight.abs().mean().clamp(min=SCALE_FLOOR)
    return (weight / scale).round().clamp(-1, 1), scale


def straight_through(value: Tensor, rounded: Tensor) -> Tensor:
    """`rounded` forward, the gradient of `value` backward."""
    return value + (rounded - value).detach()


class Projection(nn.Module):
    """One of the seven linear maps of a block, without bias. Weight [out, in], float32."""

    def __init__(self, in_features: int, out_features: int):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(out_features, in_features))


def project(x: Tensor, layers: list[Projection], ternary: bool, dtype: torch.dtype) -> list[Tensor]:
    """Apply projections that share their input `x` [batch, time, in] as one matrix product; results in `dtype`.

    Ternary: the product runs on the integers themselves, q (|q| <= 127) and t, which bfloat16 holds exactly, so that
    training sees the int32 dot products of the deployed model; both scales are multiplied in afterwards.
    """
    sizes = [layer.weight.shape[0] for layer in layers]
    if not ternary:
        weights = torch.cat([layer.weight for layer in layers])
        return list(F.linear(x.to(dtype), weights.to(dtype)).split(sizes, dim=-1))
    x = x.float()
    step = x.detach().abs().amax(dim=-1, keepdim=True).clamp(min=SCALE_FLOOR) / 127
    scaled = x / step
    q = straight_through(scaled, scaled.round().clamp(-128, 127))
    trits, scales = [], []
    for layer in layers:
        t, scale = ternarize(layer.weight.detach())
        trits.append(straight_through(layer.weight / scale, t))
        scales.append(scale)
    dots = F.linear(q.to(dtype), torch.cat(trits).to(dtype)).split(sizes, dim=-1)
    return [(dot.float() * (step * scale)).to(dtype) for dot, scale in zip(dots, scales)]


class RMSNorm(nn.Module):
    def __init__(self, size: int, eps: float):
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(size))

    def forward(self, x: Tensor) -> Tensor:
        x = x.float()
        return self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps))


def rotary_tables(shape: Shape) -> tuple[Tensor, Tensor]:
    """cos and sin [context, head_dim / 2], split-half convention: element i turns with element i + head_dim / 2."""
    frequencies = shape.rope_theta ** (-torch.arange(0, shape.head_dim, 2).float() / shape.head_dim)
    angles = torch.outer(torch.arange(shape.context).float(), frequencies)
    return angles.cos(), angles.sin()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    first, second = x.float().chunk(2, dim=-1)
    return torch.cat([first * cos - second * sin, second * cos + first * sin], dim=-1).to(x.dtype)


class Attention(nn.Module):
    def __init__(self, shape: Shape, ternary: bool):
        super().__init__()
        self.shape, self.ternary = shape, ternary
        self.q_proj = Projection(shape.hidden, shape.heads * shape.head_dim)
        self.k_proj = Projection(shape.hidden, shape.kv_heads * shape.head_dim)
        self.v_proj = Projection(shape.hidden, shape.kv_heads * shape.head_dim)
        self.o_proj = Projection(shape.heads * shape.head_dim, shape.hidden)
        self.attn_sub_norm = RMSNorm(shape.hidden, shape.norm_eps)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, dtype: torch.dtype) -> Tensor:
        batch, time, _ = x.shape
        q, k, v = (
            y.view(batch, time, -1, self.shape.head_dim).transpose(1, 2)
            for y in project(x, [self.q_proj, self.k_proj, self.v_proj], self.ternary, dtype)
        )
        y = F.scaled_dot_product_attention(
            rotate(q, cos, sin), rotate(k, cos, sin), v, is_causal=True, enable_gqa=True
        )
        y = self.attn_sub_norm(y.transpose(1, 2).reshape(batch, time, -1))
        return project(y, [self.o_proj], self.ternary, dtype)[0]


class FeedForward(nn.Module):
    def __init__(self, shape: Shape, ternary: bool):
        super().__init__()
        self.ternary = ternary
        self.gate_proj = Projection(shape.hidden, shape.ffn)
        self.up_proj = Projection(shape.hidden, shape.ffn)
        self.down_proj = Projection(shape.ffn, shape.hidden)
        self.ffn_sub_norm = RMSNorm(shape.ffn, shape.norm_eps)

    def forward(self, x: Tensor, dtype: torch.dtype) -> Tensor:
        gate, up = project(x, [self.gate_proj, self.up_proj], self.ternary, dtype)
        y = self.ffn_sub_norm(F.relu(gate.float()).square() * up.float())
        return project(y, [self.down_proj], self.ternary, dtype)[0]


class Block(nn.Module):
    def __init__(self, shape: Shape, ternary: bool, dropout: float):
        super().__init__()
        self.input_layernorm = RMSNorm(shape.hidden, shape.norm_eps)
        self.self_attn = Attention(shape, ternary)
        self.post_attention_layernorm = RMSNorm(shape.hidden, shape.norm_eps)
        self.mlp = FeedForward(shape, ternary)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, dtype: torch.dtype) -> Tensor:
        x = x + self.dropout(self.self_attn(self.input_layernorm(x), cos, sin, dtype))
        return x + self.dropout(self.mlp(self.post_attention_layernorm(x), dtype))


class Decoder(nn.Module):
    def __init__(self, shape: Shape, ternary: bool, dropout: float):
        super().__init__()
        self.embed_tokens = nn.Embedding(shape.vocab, shape.hidden)
        self.dropout = nn.Dropout(dropout)
        self.layers = nn.ModuleList(Block(shape, ternary, dropout) for _ in range(shape.layers))
        self.norm = RMSNorm(shape.hidden, shape.norm_eps)


class BitNet(nn.Module):
    """Token ids int64 [batch, time] to logits [batch, time, vocab]; the head is the embedding.

    `dtype` is that of the matrix products and of attention; norms, quantizers, RoPE and the residual stream are
    float32.
    """

    def __init__(self, shape: Shape, ternary: bool, dropout: float = 0.0, dtype: torch.dtype = torch.bfloat16):
        super().__init__()
        self.shape, self.ternary, self.dtype = shape, ternary, dtype
        self.model = Decoder(shape, ternary, dropout)
        cos, sin = rotary_tables(shape)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        for name, parameter in self.named_parameters():
            if "norm" not in name:
                # Projections that write into the residual stream start smaller, as in GPT-2.
                small = name.endswith(("o_proj.weight", "down_proj.weight"))
                nn.init.normal_(parameter, std=0.02 / ((2 * shape.layers) ** 0.5 if small else 1.0))

    def forward(self, ids: Tensor) -> Tensor:
        x = self.model.dropout(self.model.embed_tokens(ids))
        cos, sin = self.cos[: ids.shape[1]], self.sin[: ids.shape[1]]
        for block in self.model.layers:
            x = block(x, cos, sin, self.dtype)
        return F.linear(self.model.norm(x).to(self.dtype), self.model.embed_tokens.weight.to(self.dtype))

    def loss(self, ids: Tensor, targets: Tensor) -> Tensor:
        """Mean nats over the targets that are not -100. Both [batch, time]."""
        return F.cross_entropy(self(ids).float().flatten(0, 1), targets.flatten(), ignore_index=-100)


def projections(model: BitNet) -> list[tuple[str, Projection]]:
    """The quantized tensors of a model by HF name, in order."""
    return [(name, module) for name, module in model.named_modules() if isinstance(module, Projection)]
