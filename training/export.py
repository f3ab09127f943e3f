"""Write a trained run as a Hugging Face model folder.

Ternary: four trits a byte along the output axis (byte [r, c] holds rows r, r + M/4, r + 2M/4, r + 3M/4 of column c,
low bits first, code = trit + 1) beside `weight_scale` = mean|W| (`autobitlinear`, offline: multiply). The twin: plain
float32 matrices and no `quantization_config`. In both the embedding, which is the head too, is rounded to BF16 and
norms stay float32.
"""

import argparse
import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from data import END_OF_TEXT, END_OF_TEXT_ID
from model import Shape, ternarize


def pack(trits: Tensor) -> Tensor:
    """Trits [out, in] to bytes [out / 4, in]."""
    rows = trits.shape[0] // 4
    if rows * 4 != trits.shape[0]:
        raise ValueError(f"output size {trits.shape[0]} is not a multiple of 4")
    codes = (trits + 1).to(torch.uint8)
    packed = torch.zeros(rows, trits.shape[1], dtype=torch.uint8)
    for quarter in range(4):
        packed |= codes[quarter * rows : (quarter + 1) * rows] << (2 * quarter)
    return packed


def tensors(masters: dict[str, Tensor], ternary: bool) -> dict[str, Tensor]:
    """The tensors of the exported file from the float32 masters of a run."""
    result: dict[str, Tensor] = {}
    for name, value in masters.items():
        if name.endswith("_proj.weight") and ternary:
            trits, scale = ternarize(value)
            result[name] = pack(trits)
            result[f"{name}_scale"] = scale.reshape(1)
        else:
            result[name] = value.to(torch.bfloat16) if name == "model.embed_tokens.weight" else value
    return result


def config(shape: Shape, ternary: bool) -> dict:
    quantization = {
        "quantization_config": {
            "quant_method": "bitnet",
            "linear_class": "autobitlinear",
            "quantization_mode": "offline",
            "modules_to_not_convert": ["lm_head"],
        }
    }
    return {
        "architectures": ["BitNetForCausalLM"],
        "model_type": "bitnet",
        "vocab_size": shape.vocab,
        "hidden_size": shape.hidden,
        "intermediate_size": shape.ffn,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "num_key_value_heads": shape.kv_heads,
        "hidden_act": "relu2",
        "max_position_embeddings": shape.context,
        "rms_norm_eps": shape.norm_eps,
        "rope_theta": shape.rope_theta,
        "rope_parameters": {"rope_type": "default", "rope_theta": shape.rope_theta},
        "attention_bias": False,
        "attention_dropout": 0.0,
        "initializer_range": 0.02,
        "tie_word_embeddings": True,
        "use_cache": True,
        "bos_token_id": END_OF_TEXT_ID,
        "eos_token_id": END_OF_TEXT_ID,
        "dtype": "float32",
        **(quantization if ternary else {}),
    }


def write_json(path: Path, value: dict) -> None:
    path.write_text(json.dumps(value, indent=2) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", required=True, type=Path, help="folder written by train.py")
    parser.add_argument("--tokenizer", required=True, type=Path, help="tokenizer.json written by prepare.py")
    parser.add_argument("--out", required=True, type=Path)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)

    log = json.loads((arguments.run / "log.json").read_text())
    ternary = log["mode"] == "ternary"
    shape = Shape(**log["shape"])
    masters = load_file(arguments.run / "weights.safetensors")
    save_file(tensors(masters, ternary), arguments.out / "model.safetensors", metadata={"format": "pt"})
    write_json(arguments.out / "config.json", config(shape, ternary))
    ends = {"bos_token_id": END_OF_TEXT_ID, "eos_token_id": END_OF_TEXT_ID}
    write_json(arguments.out / "generation_config.json", ends)
    write_json(
        arguments.out / "tokenizer_config.json",
        {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "bos_token": END_OF_TEXT,
            "eos_token": END_OF_TEXT,
            "model_max_length": shape.context,
            "clean_up_tokenization_spaces": False,
        },
    )
    shutil.copyfile(arguments.tokenizer, arguments.out / "tokenizer.json")


if __name__ == "__main__":
    main()
