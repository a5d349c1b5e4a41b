"""ModernBERT the way the hub's checkpoints name it."""
import torch
from torch import nn

from common import ACTIVATIONS, scores_to_context


class Norm(nn.Module):
    """torch 1.13 has no LayerNorm without a bias."""

    def __init__(self, c):
        super().__init__()
        self.epsilon = c["norm_eps"]
        self.weight = nn.Parameter(torch.ones(c["hidden_size"]))
        self.bias = nn.Parameter(torch.zeros(c["hidden_size"])) if c["norm_bias"] else None

    def forward(self, x):
        return nn.functional.layer_norm(x, self.weight.shape, self.weight, self.bias, self.epsilon)


class Embeddings(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.tok_embeddings = nn.Embedding(c["vocab_size"], c["hidden_size"])
        self.norm = Norm(c)
        self.drop = nn.Dropout(c["embedding_dropout"])

    def forward(self, ids):
        return self.drop(self.norm(self.tok_embeddings(ids)))


def rotary(length, size, theta):
    """cos and sin [length, size], whose angles are float32 as in the hub's library."""
    frequencies = 1.0 / theta ** (torch.arange(0, size, 2).float() / size)
    angles = torch.arange(length).float()[:, None] * frequencies[None, :]
    angles = torch.cat((angles, angles), dim=-1).double()
    return angles.cos(), angles.sin()


def rotate(x, cos, sin):
    half = x.shape[-1] // 2
    turned = torch.cat((-x[..., half:], x[..., :half]), dim=-1)
    return x * cos.to(x.dtype) + turned * sin.to(x.dtype)


class Attention(nn.Module):
    def __init__(self, c, index):
        super().__init__()
        self.heads, size = c["num_attention_heads"], c["hidden_size"]
        self.Wqkv = nn.Linear(size, 3 * size, bias=c["attention_bias"])
        self.Wo = nn.Linear(size, size, bias=c["attention_bias"])
        self.drop = nn.Dropout(c["attention_dropout"])
        self.out_drop = nn.Dropout(c["attention_dropout"])
        local = index % c["global_attn_every_n_layers"] != 0
        self.window = c["local_attention"] // 2 if local else None
        self.theta = c["local_rope_theta"] if local else c["global_rope_theta"]

    def forward(self, x, mask):
        batch, length, hidden = x.shape
        qkv = self.Wqkv(x).view(batch, length, 3, self.heads, hidden // self.heads)
        q, k, v = qkv.transpose(3, 1).unbind(2)
        cos, sin = rotary(length, hidden // self.heads, self.theta)
        seen = mask[:, None, None, :].bool()
        if self.window is not None:
            places = torch.arange(length)
            near = (places[:, None] - places[None, :]).abs() <= self.window
            seen = seen & near[None, None]
        context = scores_to_context(rotate(q, cos, sin), rotate(k, cos, sin), v, seen, self.drop)
        return self.out_drop(self.Wo(context.transpose(1, 2).reshape(batch, length, hidden)))


class MLP(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.Wi = nn.Linear(c["hidden_size"], 2 * c["intermediate_size"], bias=c["mlp_bias"])
        self.Wo = nn.Linear(c["intermediate_size"], c["hidden_size"], bias=c["mlp_bias"])
        self.drop = nn.Dropout(c["mlp_dropout"])
        self.activation = ACTIVATIONS[c["hidden_activation"]]

    def forward(self, x):
        inner, gate = self.Wi(x).chunk(2, dim=-1)
        return self.Wo(self.drop(self.activation(inner) * gate))


class Layer(nn.Module):
    def __init__(self, c, index):
        super().__init__()
        self.attn_norm = nn.Identity() if index == 0 else Norm(c)
        self.attn = Attention(c, index)
        self.mlp_norm = Norm(c)
        self.mlp = MLP(c)

    def forward(self, x, mask):
        x = x + self.attn(self.attn_norm(x), mask)
        return x + self.mlp(self.mlp_norm(x))


class ModernBert(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.embeddings = Embeddings(c)
        self.layers = nn.ModuleList(Layer(c, i) for i in range(c["num_hidden_layers"]))
        self.final_norm = Norm(c)

    def forward(self, ids, mask):
        x = self.embeddings(ids)
        for layer in self.layers:
            x = layer(x, mask)
        return self.final_norm(x)


class Head(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.dense = nn.Linear(c["hidden_size"], c["hidden_size"], bias=c["classifier_bias"])
        self.norm = Norm(c)
        self.activation = ACTIVATIONS[c["classifier_activation"]]

    def forward(self, x):
        return self.norm(self.activation(self.dense(x)))


class MaskedLM(nn.Module):
    def __init__(self, c, labels):
        super().__init__()
        self.model = ModernBert(c)
        self.head = Head(c)
        self.decoder = nn.Linear(c["hidden_size"], c["vocab_size"])

    def tie(self):
        self.decoder.weight = self.model.embeddings.tok_embeddings.weight

    def forward(self, ids, mask, types):
        return self.decoder(self.head(self.model(ids, mask)))


class Token(nn.Module):
    def __init__(self, c, labels):
        super().__init__()
        self.pooling = c["classifier_pooling"]
        self.model = ModernBert(c)
        self.head = Head(c)
        self.drop = nn.Dropout(c["classifier_dropout"])
        self.classifier = nn.Linear(c["hidden_size"], labels)

    def choose(self, x, mask):
        return x

    def forward(self, ids, mask, types):
        x = self.choose(self.model(ids, mask), mask)
        return self.classifier(self.drop(self.head(x)))


class Sequence(Token):
    def choose(self, x, mask):
        if self.pooling == "cls":
            return x[:, 0]
        return (x * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)
