"""ModernBERT for masked-language modelling in plain PyTorch (Warner et al. 2024), for texts without padding."""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F


class Norm(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))

    def forward(self, x):
        return F.layer_norm(x, x.shape[-1:], self.weight, None, 1e-5)


def linear(inward, outward):
    return nn.Linear(inward, outward, bias=False)


def rotate(x, cos, sin):
    half = x.shape[-1] // 2
    return x * cos + torch.cat([-x[..., half:], x[..., :half]], -1) * sin


class Layer(nn.Module):
    def __init__(self, config, index):
        super().__init__()
        hidden, inner = config["hidden_size"], config["intermediate_size"]
        self.heads = config["num_attention_heads"]
        self.is_global = index % config["global_attn_every_n_layers"] == 0
        self.attention_norm = Norm(hidden) if index > 0 else nn.Identity()
        self.queries, self.output = linear(hidden, 3 * hidden), linear(hidden, hidden)
        self.norm, self.up, self.down = Norm(hidden), linear(hidden, 2 * inner), linear(inner, hidden)

    def forward(self, x, angles, far):
        batch, length, hidden = x.shape
        split = self.queries(self.attention_norm(x)).view(batch, length, 3, self.heads, -1)
        q, k, v = split.permute(2, 0, 3, 1, 4)
        q, k = (rotate(y, *angles[self.is_global]) for y in (q, k))
        bias = None if self.is_global else far
        if hasattr(F, "scaled_dot_product_attention"):  # since PyTorch 2.0
            context = F.scaled_dot_product_attention(q, k, v, attn_mask=bias)
        else:
            scores = q @ k.transpose(-1, -2) / math.sqrt(hidden // self.heads)
            context = torch.softmax(scores if bias is None else scores + bias, -1) @ v
        x = x + self.output(context.transpose(1, 2).reshape(batch, length, hidden))
        value, gate = self.up(self.norm(x)).chunk(2, -1)
        return x + self.down(F.gelu(value) * gate)


class ModernBert(nn.Module):
    def __init__(self, config):
        super().__init__()
        hidden = config["hidden_size"]
        self.size = hidden // config["num_attention_heads"]
        self.window = config["local_attention"] // 2
        self.words = nn.Embedding(config["vocab_size"], hidden)
        self.norm, self.final_norm, self.head_norm = (Norm(hidden) for _ in range(3))
        layers = range(config["num_hidden_layers"])
        self.layers = nn.ModuleList(Layer(config, index) for index in layers)
        self.transform = linear(hidden, hidden)
        self.decoder = nn.Linear(hidden, config["vocab_size"])
        for parameter in self.parameters():
            if parameter.dim() == 2:
                nn.init.normal_(parameter, std=0.02)
        self.decoder.weight = self.words.weight

    def angles(self, length, theta):
        frequencies = theta ** -(torch.arange(0, self.size, 2) / self.size)
        angles = torch.outer(torch.arange(length).float(), frequencies).repeat(1, 2)
        return angles.cos(), angles.sin()

    def forward(self, ids, mask, positions):
        length = ids.shape[1]
        place = torch.arange(length)
        far = torch.zeros(length, length)
        far[(place[:, None] - place[None]).abs() > self.window] = torch.finfo(torch.float32).min
        angles = {True: self.angles(length, 160000.0), False: self.angles(length, 10000.0)}
        x = self.norm(self.words(ids))
        for layer in self.layers:
            x = layer(x, angles, far)
        x = self.final_norm(x)
        if positions is not None:
            x = x.reshape(-1, x.shape[-1])[positions]
        return self.decoder(self.head_norm(F.gelu(self.transform(x))))
