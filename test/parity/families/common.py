"""What the reference models share: tensor files and the blocks of post-norm encoders. Needs only torch."""
import json
import math
import struct

import torch
from torch import nn


def read_safetensors(path):
    raw = open(path, "rb").read()
    (size,) = struct.unpack("<Q", raw[:8])
    tensors = {}
    for name, entry in json.loads(raw[8 : 8 + size]).items():
        if name == "__metadata__":
            continue
        start, end = entry["data_offsets"]
        data = bytearray(raw[8 + size + start : 8 + size + end])
        tensors[name] = torch.frombuffer(data, dtype=torch.float32).reshape(entry["shape"])
    return tensors


def write_safetensors(path, tensors):
    header, chunks, offset = {}, [], 0
    for name, tensor in tensors.items():
        data = tensor.detach().float().contiguous().numpy().tobytes()
        span = [offset, offset + len(data)]
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": span}
        chunks.append(data)
        offset += len(data)
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(chunks))


def gelu_new(x):
    return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


ACTIVATIONS = {
    "gelu": nn.functional.gelu,
    "gelu_new": gelu_new,
    "gelu_pytorch_tanh": gelu_new,
    "relu": torch.relu,
    "silu": nn.functional.silu,
    "tanh": torch.tanh,
}


def scores_to_context(query, key, value, mask, dropout):
    """[batch, heads, length, size] each; mask is 0 where a key is not to be seen."""
    scores = query @ key.transpose(-1, -2) / math.sqrt(query.shape[-1])
    scores = scores.masked_fill(mask == 0, torch.finfo(torch.float32).min)
    return dropout(torch.softmax(scores, -1)) @ value


def split_heads(x, heads):
    batch, length, hidden = x.shape
    return x.view(batch, length, heads, hidden // heads).transpose(1, 2)


def join_heads(x):
    return x.transpose(1, 2).flatten(2)


class SelfAttention(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.heads = c["num_attention_heads"]
        self.query = nn.Linear(c["hidden_size"], c["hidden_size"])
        self.key = nn.Linear(c["hidden_size"], c["hidden_size"])
        self.value = nn.Linear(c["hidden_size"], c["hidden_size"])
        self.dropout = nn.Dropout(c["attention_probs_dropout_prob"])

    def forward(self, x, mask):
        q, k, v = (split_heads(part(x), self.heads) for part in (self.query, self.key, self.value))
        return join_heads(scores_to_context(q, k, v, mask[:, None, None, :], self.dropout))


class Output(nn.Module):
    """A projection back into the stream, added and normalized."""

    def __init__(self, c, size):
        super().__init__()
        self.dense = nn.Linear(size, c["hidden_size"])
        self.LayerNorm = nn.LayerNorm(c["hidden_size"], eps=c["layer_norm_eps"])
        self.dropout = nn.Dropout(c["hidden_dropout_prob"])

    def forward(self, x, residual):
        return self.LayerNorm(self.dropout(self.dense(x)) + residual)


class Attention(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.self = SelfAttention(c)
        self.output = Output(c, c["hidden_size"])

    def forward(self, x, mask):
        return self.output(self.self(x, mask), x)


class Intermediate(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.dense = nn.Linear(c["hidden_size"], c["intermediate_size"])
        self.activation = ACTIVATIONS[c["hidden_act"]]

    def forward(self, x):
        return self.activation(self.dense(x))


class Layer(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.attention = Attention(c)
        self.intermediate = Intermediate(c)
        self.output = Output(c, c["intermediate_size"])

    def forward(self, x, mask):
        attended = self.attention(x, mask)
        return self.output(self.intermediate(attended), attended)


class Encoder(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.layer = nn.ModuleList(Layer(c) for _ in range(c["num_hidden_layers"]))

    def forward(self, x, mask):
        for layer in self.layer:
            x = layer(x, mask)
        return x


class Embeddings(nn.Module):
    def __init__(self, c, size=None, counts_tokens=False):
        super().__init__()
        size = size or c["hidden_size"]
        self.padding = c["pad_token_id"] if counts_tokens else None
        self.word_embeddings = nn.Embedding(c["vocab_size"], size)
        self.position_embeddings = nn.Embedding(c["max_position_embeddings"], size)
        if c["type_vocab_size"] > 0:
            self.token_type_embeddings = nn.Embedding(c["type_vocab_size"], size)
        self.LayerNorm = nn.LayerNorm(size, eps=c["layer_norm_eps"])
        self.dropout = nn.Dropout(c["hidden_dropout_prob"])

    def positions(self, ids):
        if self.padding is None:
            return torch.arange(ids.shape[1])[None, :]
        tokens = (ids != self.padding).long()
        return torch.cumsum(tokens, 1) * tokens + self.padding

    def forward(self, ids, types):
        x = self.word_embeddings(ids) + self.position_embeddings(self.positions(ids))
        if hasattr(self, "token_type_embeddings"):
            x = x + self.token_type_embeddings(types)
        return self.dropout(self.LayerNorm(x))


class Classifier(nn.Module):
    """dense and out_proj, as RoBERTa and ELECTRA classify sequences."""

    def __init__(self, c, labels, activation):
        super().__init__()
        self.dense = nn.Linear(c["hidden_size"], c["hidden_size"])
        self.dropout = nn.Dropout(classifier_dropout(c))
        self.out_proj = nn.Linear(c["hidden_size"], labels)
        self.activation = activation

    def forward(self, x):
        x = self.activation(self.dense(self.dropout(x[:, 0])))
        return self.out_proj(self.dropout(x))


def classifier_dropout(c):
    rate = c.get("classifier_dropout")
    return c["hidden_dropout_prob"] if rate is None else rate




def add_token_head(model, width, rate, labels):
    model.dropout = nn.Dropout(rate)
    model.classifier = nn.Linear(width, labels)
