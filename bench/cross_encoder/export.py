"""Makes of trained weights what ships: `python -m bench.cross_encoder.export FILE.pt`.

Writes language/minilm/cross_encoder.onnx with its matrices in 8 bits (one scale a column, 7 bits used, so that every
processor computes the same), and prints the SHA-256 that language/cross_encoder.py has to name. Needs `onnx`, too.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from bench.cross_encoder.network import Network
from language.cross_encoder import FILE, MAX_TOKENS
from language.embeddings import DIMENSIONS


class FromWords(nn.Module):
    """One pair, given as the rows of its tokens in the table of words, and 0 or 1 for each: question or text."""

    def __init__(self, network: Network):
        super().__init__()
        self.places = nn.Parameter(network.bert.embeddings.position_embeddings.weight[:MAX_TOKENS].detach().clone())
        self.kinds = network.bert.embeddings.token_type_embeddings
        self.norm = network.bert.embeddings.LayerNorm
        self.layers = network.bert.encoder.layer
        self.answers = network.answers

    def forward(self, words: Tensor, kinds: Tensor) -> Tensor:
        hidden = self.norm(words + self.places[: words.shape[1]][None] + self.kinds(kinds))
        for layer in self.layers:
            found = layer(hidden, None)
            hidden = found[0] if isinstance(found, tuple) else found
        return self.answers(torch.cat([hidden[:, 0], hidden.mean(1)], -1)).squeeze(-1)


def main() -> None:
    network = Network()
    network.load_state_dict(torch.load(sys.argv[1]))
    network.bert.set_attn_implementation("eager")
    model = FromWords(network.eval()).eval()
    example = torch.zeros(1, 90, DIMENSIONS), torch.zeros(1, 90, dtype=torch.int64)
    with tempfile.TemporaryDirectory() as folder:
        floats = Path(folder) / "floats.onnx"
        torch.onnx.export(
            model,
            example,
            str(floats),
            input_names=["words", "kinds"],
            output_names=["odds"],
            dynamic_axes={"words": {1: "tokens"}, "kinds": {1: "tokens"}},
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(
            str(floats),
            str(FILE),
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,
            op_types_to_quantize=["MatMul"],
        )
    print(f"{FILE.stat().st_size / 1e6:.1f} MB, SHA-256 {hashlib.sha256(FILE.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    main()
