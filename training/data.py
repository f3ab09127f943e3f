"""Corpus, tokenizer and batches.

The corpus is plain text (optionally `.xz`): paragraphs, and `<|endoftext|>` on a line of its own between
documents. The tokenizer is a byte-level BPE (GPT-2's word pattern, no normalizer) trained on the train split only.
Text is always tokenized as one string: the separator becomes the special token of id 0 and the line breaks around
it stay in the text as ordinary tokens, exactly as any other reader of `tokenizer.json` would do it.
"""

import hashlib
import lzma
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

END_OF_TEXT = "<|endoftext|>"
END_OF_TEXT_ID = 0

WORDS = (
    r"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+"
    r"|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+"
)
"""GPT-2's pattern with white space named as a Unicode property: `\\s` holds U+FEFF in JavaScript and not in Rust, and
some of the books contain it."""


def read_text(path: str | Path) -> str:
    """The whole text of a UTF-8 file, unpacked when its name ends in `.xz`."""
    data = Path(path).read_bytes()
    return (lzma.decompress(data) if str(path).endswith(".xz") else data).decode("utf-8")


def train_tokenizer(text: str, vocab_size: int) -> Tokenizer:
    """Byte-level BPE of `vocab_size` tokens, 256 bytes and the special token included. No randomness: the same text
    gives the same file."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(WORDS), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size,
        special_tokens=[END_OF_TEXT],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(text.split(END_OF_TEXT), trainer)
    return tokenizer


def encode(tokenizer: Tokenizer, text: str) -> np.ndarray:
    """Token ids (uint16) of a whole text, equal to `tokenizer.encode(text)`, one document per thread."""
    documents = tokenizer.encode_batch_fast(text.split(END_OF_TEXT), add_special_tokens=False)
    pieces: list[np.ndarray] = []
    for index, document in enumerate(documents):
        if index > 0:
            pieces.append(np.array([END_OF_TEXT_ID], dtype=np.uint16))
        pieces.append(np.array(document.ids, dtype=np.uint16))
    return np.concatenate(pieces)


def sha256(path: str | Path) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def batches(ids: torch.Tensor, batch: int, context: int, seed: int) -> Iterator[torch.Tensor]:
    """Endless batches int64 [batch, context + 1] on the device of `ids`.

    Each pass over the text cuts it at a fresh random offset into windows that do not overlap (but for the one token
    that is a target in one and an input in the next) and visits them in a fresh random order; the windows left over
    at the end of a pass are dropped.
    """
    generator = torch.Generator().manual_seed(seed)
    span = torch.arange(context + 1, device=ids.device)
    while True:
        offset = int(torch.randint(context, (1,), generator=generator))
        windows = (len(ids) - 1 - offset) // context
        starts = (torch.randperm(windows, generator=generator) * context + offset).to(ids.device)
        for first in range(0, windows - batch + 1, batch):
            rows = starts[first : first + batch, None] + span
            yield ids[rows].long()


def scoring_windows(ids: np.ndarray, context: int) -> list[np.ndarray]:
    """Non-overlapping windows of `context` tokens in order; the last one may be shorter. In each the first token is
    context only; a last window of one token has nothing to score and is dropped."""
    cuts = [ids[start : start + context] for start in range(0, len(ids), context)]
    return [window for window in cuts if len(window) > 1]
