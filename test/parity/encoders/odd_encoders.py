"""Encoders that no library has, exported to ONNX and trained in plain torch.

usage: odd_encoders.py FOLDER    writes NAME.onnx and NAME.json for each encoder: the batches, and the
loss and the gradient norm of each step in float64. Needs only torch (1.13 or later).
"""
import json
import math
import os
import sys
import warnings

import torch
from torch import nn
from torch.nn import functional as F

VOCABULARY, CLASSES, WIDTH, HEADS, LAYERS, POSITIONS = 23, 3, 12, 3, 2, 16
BATCH, LENGTH, STEPS, RATE = 3, 7, 4, 1e-2
# Large enough that gradients of 0, as those of key biases, stay without effect when rounded.
EPSILON = 1e-2


class LayerNorm(nn.Module):
    def __init__(self, width=WIDTH):
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.ones(width)), nn.Parameter(torch.zeros(width))

    def forward(self, x):
        return F.layer_norm(x, self.weight.shape, self.weight, self.bias, 1e-5)


class RmsNorm(nn.Module):
    """`offset` 1 is the form whose weights start at 0."""

    def __init__(self, width=WIDTH, offset=0.0):
        super().__init__()
        self.weight, self.offset = nn.Parameter(torch.ones(width)), offset

    def forward(self, x):
        x = x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6)
        return x * (self.offset + self.weight) if self.offset else x * self.weight


class ScaleNorm(nn.Module):
    def __init__(self):
        super().__init__()
        self.g = nn.Parameter(torch.tensor(WIDTH**0.5))

    def forward(self, x):
        return self.g * x / x.norm(dim=-1, keepdim=True).clamp(min=1e-5)


class CenteredNorm(nn.Module):
    """Mean absolute deviation instead of the standard deviation, one bias and scale for all."""

    def __init__(self):
        super().__init__()
        self.scale, self.shift = nn.Parameter(torch.ones(1)), nn.Parameter(torch.zeros(1, 1, 1))

    def forward(self, x):
        x = x - x.mean(-1, keepdim=True)
        return x / (x.abs().mean(-1, keepdim=True) + 1e-3) * self.scale + self.shift


NORMS = {
    "layer": LayerNorm,
    "rms": RmsNorm,
    "rms+1": lambda: RmsNorm(offset=1.0),
    "scale": ScaleNorm,
    "centered": CenteredNorm,
    "none": nn.Identity,
}


class Attention(nn.Module):
    def __init__(self, kind, bias=True):
        super().__init__()
        self.kind = kind
        self.size = WIDTH // HEADS
        kv = self.size if kind == "multi-query" else WIDTH
        self.query = nn.Linear(WIDTH, WIDTH, bias)
        self.key, self.value = nn.Linear(WIDTH, kv, bias), nn.Linear(WIDTH, kv, bias)
        self.out = nn.Linear(WIDTH, WIDTH, bias)
        if kind == "temperature":
            self.temperature = nn.Parameter(torch.ones(HEADS, 1, 1))
        if kind == "cosine":
            self.logit_scale = nn.Parameter(torch.zeros(()))
        if kind == "qk-norm":
            self.query_norm, self.key_norm = RmsNorm(self.size), RmsNorm(self.size)
        if kind == "talking":
            self.before = nn.Parameter(torch.eye(HEADS))
            self.after = nn.Linear(HEADS, HEADS, bias=False)
        if kind == "relative":
            self.relative = nn.Parameter(torch.zeros(2 * POSITIONS - 1, HEADS))
        if kind == "gated":
            self.gate = nn.Linear(WIDTH, HEADS)
        if kind == "content-biases":
            self.content = nn.Parameter(torch.zeros(HEADS, 1, self.size))
        if kind == "alibi":
            slopes = torch.tensor([2.0 ** -(i + 1) for i in range(HEADS)])
            self.register_buffer("slopes", slopes.view(HEADS, 1, 1))
        if kind == "rotary":
            rates = 10000.0 ** (-torch.arange(0, self.size, 2) / self.size)
            angles = torch.arange(POSITIONS)[:, None] * rates
            angles = torch.cat([angles, angles], -1)
            self.register_buffer("cos_cached", angles.cos())
            self.register_buffer("sin_cached", angles.sin())

    def split(self, x):
        return x.view(x.shape[0], x.shape[1], -1, self.size).transpose(1, 2)

    def rotate(self, x):
        cos, sin = (t[: x.shape[2]] for t in (self.cos_cached, self.sin_cached))
        a, b = x.chunk(2, -1)
        return x * cos + torch.cat([-b, a], -1) * sin

    def forward(self, x, mask):
        kind, length = self.kind, x.shape[1]
        q, k, v = self.split(self.query(x)), self.split(self.key(x)), self.split(self.value(x))
        scale = 1 / math.sqrt(self.size)
        if kind == "qk-norm":
            q, k = self.query_norm(q), self.key_norm(k)
        if kind == "cosine":
            q, k = F.normalize(q, dim=-1), F.normalize(k, dim=-1)
            scale = self.logit_scale.exp()
        if kind == "rotary":
            q, k = self.rotate(q), self.rotate(k)
        if kind == "content-biases":
            q = q + self.content
        if kind == "linear":
            q, k = F.elu(q) + 1, (F.elu(k) + 1) * mask[:, None, :, None]
            state = torch.einsum("bhkd,bhke->bhde", k, v)
            total = torch.einsum("bhqd,bhd->bhq", q, k.sum(2))
            mixed = torch.einsum("bhqd,bhde->bhqe", q, state) / (total + 1e-3).unsqueeze(-1)
        else:
            scores = torch.matmul(q, k.transpose(-1, -2)) * scale
            if kind == "temperature":
                scores = scores / self.temperature
            if kind == "alibi":
                place = torch.arange(length)
                scores = scores - self.slopes * (place[None] - place[:, None]).abs()
            if kind == "relative":
                place = torch.arange(length)
                offsets = place[None] - place[:, None] + POSITIONS - 1
                scores = scores + self.relative[offsets].permute(2, 0, 1)
            if kind == "talking":
                scores = torch.einsum("bhqk,hg->bgqk", scores, self.before)
            if kind == "capped":
                scores = 5.0 * torch.tanh(scores / 5.0)
            scores = scores + (1 - mask[:, None, None]) * -1e4
            weights = scores.softmax(-1)
            if kind == "off-by-one":
                e = (scores - scores.amax(-1, keepdim=True).clamp(min=0)).exp()
                weights = e / (1e-1 + e.sum(-1, keepdim=True))
            if kind == "talking":
                weights = self.after(weights.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
            mixed = torch.matmul(weights, v)
        if kind == "gated":
            mixed = mixed * self.gate(x).sigmoid().transpose(1, 2).unsqueeze(-1)
        return self.out(mixed.transpose(1, 2).reshape(x.shape[0], length, WIDTH))


class Convolution(nn.Module):
    """Mixes neighbors by a depthwise convolution between two linear maps."""

    def __init__(self):
        super().__init__()
        self.into, self.out = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH)
        self.conv = nn.Conv1d(WIDTH, WIDTH, 3, padding=1, groups=WIDTH)

    def forward(self, x, mask):
        x = F.silu(self.into(x)) * mask.unsqueeze(-1)
        return self.out(self.conv(x.transpose(1, 2)).transpose(1, 2))


GATES = {
    "swiglu": F.silu,
    "geglu": F.gelu,
    "reglu": F.relu,
    "glu": torch.sigmoid,
    "bilinear": lambda x: x,
}
ACTIVATIONS = {
    "gelu": F.gelu,
    "gelu-tanh": lambda x: 0.5 * x * (1 + torch.tanh(0.7978845608028654 * (x + 0.044715 * x**3))),
    "quick-gelu": lambda x: x * torch.sigmoid(1.702 * x),
    "mish": lambda x: x * torch.tanh(F.softplus(x)),
    "relu2": lambda x: F.relu(x) ** 2,
    "elu": F.elu,
}


class FeedForward(nn.Module):
    def __init__(self, kind, bias=True):
        super().__init__()
        self.kind = kind
        self.up = nn.Linear(WIDTH, 2 * WIDTH, bias)
        self.gate = nn.Linear(WIDTH, 2 * WIDTH, bias) if kind in GATES else None
        self.down = nn.Linear(2 * WIDTH, WIDTH, bias)

    def forward(self, x):
        if self.gate is not None:
            return self.down(GATES[self.kind](self.gate(x)) * self.up(x))
        return self.down(ACTIVATIONS[self.kind](self.up(x)))


class Residual(nn.Module):
    """Adds the result of a branch to its input."""

    def __init__(self, kind):
        super().__init__()
        self.kind = kind
        if kind == "layer-scale":
            self.gamma = nn.Parameter(torch.full((WIDTH,), 0.3))
        if kind == "rezero":
            self.alpha = nn.Parameter(torch.tensor(0.2))
        if kind == "weighted":
            self.both = nn.Parameter(torch.tensor([1.0, 0.5]))
        if kind == "highway":
            self.carry = nn.Linear(2 * WIDTH, WIDTH)
        if kind == "gru":
            self.reset, self.update = nn.Linear(2 * WIDTH, WIDTH), nn.Linear(2 * WIDTH, WIDTH)
            self.state = nn.Linear(2 * WIDTH, WIDTH)
        if kind == "biased":
            self.of_all, self.of_row = nn.Parameter(torch.zeros(1)), nn.Parameter(torch.zeros(1, WIDTH))
            self.of_batch = nn.Parameter(torch.zeros(1, 1, WIDTH))

    def forward(self, x, y):
        kind = self.kind
        if kind == "factor":
            return x + 0.7 * y
        if kind == "divisor":
            return x + y / 3.0
        if kind == "mean":
            return (x + y) / 2
        if kind == "deepnorm":
            return 1.7 * x + y
        if kind == "subtracted":
            return x - y
        if kind == "layer-scale":
            return x + self.gamma * y
        if kind == "rezero":
            return x + self.alpha * y
        if kind == "weighted":
            return self.both[0] * x + self.both[1] * y
        if kind == "highway":
            g = self.carry(torch.cat([x, y], -1)).sigmoid()
            return g * x + (1 - g) * y
        if kind == "gru":
            both = torch.cat([x, y], -1)
            r, z = self.reset(both).sigmoid(), self.update(both).sigmoid()
            return (1 - z) * x + z * torch.tanh(self.state(torch.cat([y, r * x], -1)))
        if kind == "biased":
            return x + (y + self.of_all + self.of_row) + self.of_batch
        return x + y


class Layer(nn.Module):
    def __init__(self, o):
        super().__init__()
        self.order = o["order"]
        attention = o["attention"]
        self.mixer = Convolution() if attention == "conv" else Attention(attention, o["bias"])
        self.ffn = FeedForward(o["ffn"], o["bias"])
        self.norm1, self.norm2 = NORMS[o["norm"]](), NORMS[o["norm"]]()
        self.add1, self.add2 = Residual(o["residual"]), Residual(o["residual"])
        if self.order == "sandwich":
            self.norm3, self.norm4 = NORMS[o["norm"]](), NORMS[o["norm"]]()

    def forward(self, x, mask):
        if self.order == "post":
            x = self.norm1(self.add1(x, self.mixer(x, mask)))
            return self.norm2(self.add2(x, self.ffn(x)))
        if self.order == "parallel":
            y = self.norm1(x)
            return self.add1(x, self.mixer(y, mask) + self.ffn(y))
        if self.order == "sandwich":
            x = self.add1(x, self.norm3(self.mixer(self.norm1(x), mask)))
            return self.add2(x, self.norm4(self.ffn(self.norm2(x))))
        x = self.add1(x, self.mixer(self.norm1(x), mask))
        return self.add2(x, self.ffn(self.norm2(x)))


PLAIN = {
    "norm": "layer",
    "order": "pre",
    "attention": "plain",
    "ffn": "gelu",
    "residual": "plain",
    "bias": True,
    "positions": "learned",
    "embeddings": "plain",
    "layers": "own",
    "states": "last",
    "head": "masked-lm",
}


class Encoder(nn.Module):
    def __init__(self, changes):
        super().__init__()
        o = self.o = {**PLAIN, **changes}
        narrow = 5 if o["embeddings"] == "factorized" else WIDTH
        self.words = nn.Embedding(VOCABULARY, narrow)
        if o["embeddings"] == "factorized":
            self.widen, self.narrow = nn.Linear(narrow, WIDTH), nn.Linear(WIDTH, narrow)
        if o["positions"] == "sliced":
            self.position_table = nn.Parameter(torch.zeros(1, POSITIONS, WIDTH))
        if o["positions"] == "learned":
            self.places = nn.Embedding(POSITIONS, WIDTH)
        if o["positions"] == "per-token":
            self.place_bias = nn.Parameter(torch.zeros(POSITIONS, 1))
        count = 1 if o["layers"] == "shared" else LAYERS
        self.layers = nn.ModuleList([Layer(o) for _ in range(count)])
        if o["states"] == "mix":
            self.mix, self.mix_scale = nn.Parameter(torch.zeros(LAYERS + 1)), nn.Parameter(torch.ones(1))
        self.final = NORMS[o["norm"]]()
        if o["head"] == "masked-lm":
            self.decoder_bias = nn.Parameter(torch.zeros(VOCABULARY))
            if o["embeddings"] == "untied":
                self.decoder = nn.Linear(WIDTH, VOCABULARY, bias=False)
        else:
            self.classifier = nn.Linear(WIDTH, CLASSES)
        if o["head"] == "attentive":
            self.pool = nn.Linear(WIDTH, 1)

    def forward(self, input_ids, attention_mask):
        o = self.o
        mask = attention_mask.to(self.words.weight.dtype)
        x = self.words(input_ids)
        if o["embeddings"] == "scaled":
            x = x * math.sqrt(WIDTH)
        if o["embeddings"] == "factorized":
            x = self.widen(x)
        if o["positions"] == "sliced":
            x = x + self.position_table[:, : input_ids.shape[1]]
        if o["positions"] == "learned":
            x = x + self.places(torch.arange(input_ids.shape[1]))
        if o["positions"] == "per-token":
            x = x + self.place_bias[: input_ids.shape[1]]
        states = [x]
        for i in range(LAYERS):
            x = self.layers[0 if o["layers"] == "shared" else i](x, mask)
            states.append(x)
        if o["states"] == "mix":
            weights = self.mix.softmax(0)
            x = self.mix_scale * sum(weights[i] * state for i, state in enumerate(states))
        if o["states"] == "concatenated":
            x = torch.stack(states[1:], -1).mean(-1)
        return self.logits(self.final(x), mask)

    def logits(self, x, mask):
        o = self.o
        if o["head"] == "masked-lm":
            if o["embeddings"] == "factorized":
                x = self.narrow(x)
            if o["embeddings"] == "untied":
                return 4.0 * torch.tanh((self.decoder(x) + self.decoder_bias) / 4.0)
            return x @ self.words.weight.t() + self.decoder_bias
        if o["head"] == "mean":
            x = (x * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim=True)
        elif o["head"] == "max":
            x = (x + (mask.unsqueeze(-1) - 1) * 1e4).amax(1)
        elif o["head"] == "attentive":
            scores = self.pool(x).squeeze(-1) + (mask - 1) * 1e4
            x = (scores.softmax(-1).unsqueeze(1) @ x).squeeze(1)
        else:
            x = torch.tanh(x[:, 0])
        return self.classifier(x)


ENCODERS = {
    "factor": {"residual": "factor", "bias": False},
    "divisor": {"residual": "divisor", "bias": False, "norm": "rms"},
    "mean-of-both": {"residual": "mean", "order": "post"},
    "subtracted": {"residual": "subtracted", "bias": False, "ffn": "elu"},
    "deepnorm": {"residual": "deepnorm", "order": "post", "ffn": "relu2"},
    "layer-scale": {"residual": "layer-scale", "ffn": "quick-gelu"},
    "rezero": {"residual": "rezero", "norm": "none", "head": "max"},
    # torch stores the look-up of one number as a constant, which nothing tells from √d.
    "weighted-residual": {"residual": "weighted", "ffn": "mish", "frozen": "both"},
    "highway": {"residual": "highway", "order": "post", "head": "mean"},
    "gru-gate": {"residual": "gru", "norm": "rms"},
    "biased-residual": {"residual": "biased", "order": "post"},
    "scale-norm": {"norm": "scale", "bias": False},
    "rms-post": {"norm": "rms", "order": "post", "ffn": "swiglu", "bias": False},
    "rms-sandwich": {"norm": "rms+1", "order": "sandwich", "ffn": "geglu", "bias": False},
    "centered-norm": {"norm": "centered", "head": "attentive"},
    "parallel": {"order": "parallel", "ffn": "reglu", "embeddings": "scaled"},
    "temperature": {"attention": "temperature", "ffn": "glu"},
    "cosine": {"attention": "cosine", "ffn": "bilinear", "order": "post"},
    "qk-norm": {"attention": "qk-norm", "ffn": "gelu-tanh"},
    "talking-heads": {"attention": "talking"},
    "alibi": {"attention": "alibi", "positions": "none", "embeddings": "untied"},
    "rotary": {"attention": "rotary", "positions": "none", "norm": "rms", "head": "first"},
    "relative": {"attention": "relative", "positions": "none", "residual": "factor"},
    "capped": {"attention": "capped", "order": "post"},
    "off-by-one": {"attention": "off-by-one"},
    "multi-query": {"attention": "multi-query", "bias": False, "residual": "factor"},
    "gated-attention": {"attention": "gated", "residual": "layer-scale"},
    "content-biases": {"attention": "content-biases", "positions": "per-token"},
    "linear-attention": {"attention": "linear", "order": "post"},
    "convolution": {"attention": "conv", "order": "post"},
    "sliced-positions": {"positions": "sliced", "order": "post"},
    "layer-mix": {"states": "mix", "residual": "divisor"},
    "stacked-states": {"states": "concatenated", "head": "first"},
    "shared-layers": {"layers": "shared", "order": "post", "residual": "factor"},
    "factorized": {"embeddings": "factorized", "layers": "shared"},
}


def draw(model, generator):
    """Every parameter differs, so that the exporter merges none."""
    for parameter in model.parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        with torch.no_grad():
            if parameter.dim() >= 2 and min(parameter.shape[-2:]) > 1:
                parameter.copy_(noise * 0.3)
            else:
                parameter.add_(noise * 0.1)


def batches_of(encoder, generator):
    draw = lambda high, *shape: torch.randint(high, shape, generator=generator)
    masked = encoder.o["head"] == "masked-lm"
    for step in range(STEPS):
        lengths = [LENGTH, LENGTH - 1 - step % 3, LENGTH - 3]
        mask = torch.tensor([[int(i < n) for i in range(LENGTH)] for n in lengths])
        rows = [1, 3, LENGTH + 2, 2 * LENGTH, 2 * LENGTH + 3] if masked else None
        labels = draw(VOCABULARY if masked else CLASSES, len(rows) if masked else BATCH)
        yield {"ids": draw(VOCABULARY, BATCH, LENGTH), "mask": mask, "rows": rows, "labels": labels}


def train(encoder, batches):
    """Loss and gradient norm of each step of AdamW, in float64."""
    encoder = encoder.double().train(False)
    parameters = list(encoder.parameters())
    optimizer = torch.optim.AdamW(parameters, RATE, (0.9, 0.999), EPSILON, 0.0)
    results = []
    for batch in batches:
        optimizer.zero_grad()
        logits = encoder(batch["ids"], batch["mask"])
        if batch["rows"] is not None:
            logits = logits.reshape(-1, VOCABULARY)[batch["rows"]]
        loss = F.cross_entropy(logits, batch["labels"])
        loss.backward()
        norm = torch.sqrt(sum((p.grad**2).sum() for p in parameters if p.grad is not None))
        results.append({"loss": loss.item(), "gradientNorm": norm.item()})
        optimizer.step()
    return results


def main(folder):
    for number, (name, changes) in enumerate(ENCODERS.items()):
        generator = torch.Generator().manual_seed(number)
        encoder = Encoder(changes).eval()
        draw(encoder, generator)
        for parameter, value in encoder.named_parameters():
            value.requires_grad_(not parameter.endswith(changes.get("frozen", "-")))
        batches = list(batches_of(encoder, generator))
        torch.onnx.export(
            encoder,
            (batches[0]["ids"], batches[0]["mask"]),
            os.path.join(folder, f"{name}.onnx"),
            opset_version=15,
            input_names=["input_ids", "attention_mask"],
            output_names=["logits"],
            dynamic_axes={n: {0: "batch", 1: "length"} for n in ("input_ids", "attention_mask")},
        )
        listed = [
            {k: v.tolist() if torch.is_tensor(v) else v for k, v in batch.items()}
            for batch in batches
        ]
        steps = train(encoder, batches)
        count = sum(p.numel() for p in encoder.parameters() if p.grad is not None)
        frozen = sum(p.numel() for p in encoder.parameters() if not p.requires_grad)
        # Equal ones of the layers are merged.
        frozen += len({name.split(".")[-1] for name, _ in encoder.named_buffers()})
        result = {"batches": listed, "steps": steps, "parameters": count, "frozen": frozen}
        with open(os.path.join(folder, f"{name}.json"), "w") as file:
            json.dump(result, file)


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    torch.set_num_threads(1)
    main(sys.argv[1])
