"""DistilBERT the way the hub's checkpoints name it."""
import torch
from torch import nn

from common import ACTIVATIONS, add_token_head, join_heads, scores_to_context, split_heads

EPSILON = 1e-12


class Embeddings(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.word_embeddings = nn.Embedding(c["vocab_size"], c["dim"])
        self.position_embeddings = nn.Embedding(c["max_position_embeddings"], c["dim"])
        self.LayerNorm = nn.LayerNorm(c["dim"], eps=EPSILON)
        self.dropout = nn.Dropout(c["dropout"])

    def forward(self, ids):
        places = torch.arange(ids.shape[1])[None, :]
        return self.dropout(self.LayerNorm(self.word_embeddings(ids) + self.position_embeddings(places)))


class Attention(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.heads = c["n_heads"]
        self.dropout = nn.Dropout(c["attention_dropout"])
        for name in ("q_lin", "k_lin", "v_lin", "out_lin"):
            setattr(self, name, nn.Linear(c["dim"], c["dim"]))

    def forward(self, x, mask):
        q, k, v = (split_heads(part(x), self.heads) for part in (self.q_lin, self.k_lin, self.v_lin))
        return self.out_lin(join_heads(scores_to_context(q, k, v, mask[:, None, None, :], self.dropout)))


class FeedForward(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.dropout = nn.Dropout(c["dropout"])
        self.lin1 = nn.Linear(c["dim"], c["hidden_dim"])
        self.lin2 = nn.Linear(c["hidden_dim"], c["dim"])
        self.activation = ACTIVATIONS[c["activation"]]

    def forward(self, x):
        return self.dropout(self.lin2(self.activation(self.lin1(x))))


class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.attention = Attention(c)
        self.sa_layer_norm = nn.LayerNorm(c["dim"], eps=EPSILON)
        self.ffn = FeedForward(c)
        self.output_layer_norm = nn.LayerNorm(c["dim"], eps=EPSILON)

    def forward(self, x, mask):
        x = self.sa_layer_norm(self.attention(x, mask) + x)
        return self.output_layer_norm(self.ffn(x) + x)


class DistilBert(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.embeddings = Embeddings(c)
        self.transformer = nn.Module()
        self.transformer.layer = nn.ModuleList(Block(c) for _ in range(c["n_layers"]))

    def forward(self, ids, mask):
        x = self.embeddings(ids)
        for block in self.transformer.layer:
            x = block(x, mask)
        return x


class MaskedLM(nn.Module):
    def __init__(self, c, labels):
        super().__init__()
        self.distilbert = DistilBert(c)
        self.vocab_transform = nn.Linear(c["dim"], c["dim"])
        self.vocab_layer_norm = nn.LayerNorm(c["dim"], eps=EPSILON)
        self.vocab_projector = nn.Linear(c["dim"], c["vocab_size"])
        self.activation = ACTIVATIONS[c["activation"]]

    def tie(self):
        self.vocab_projector.weight = self.distilbert.embeddings.word_embeddings.weight

    def forward(self, ids, mask, types):
        x = self.activation(self.vocab_transform(self.distilbert(ids, mask)))
        return self.vocab_projector(self.vocab_layer_norm(x))


class Sequence(nn.Module):
    def __init__(self, c, labels):
        super().__init__()
        self.distilbert = DistilBert(c)
        self.pre_classifier = nn.Linear(c["dim"], c["dim"])
        add_token_head(self, c["dim"], c["seq_classif_dropout"], labels)

    def forward(self, ids, mask, types):
        x = torch.relu(self.pre_classifier(self.distilbert(ids, mask)[:, 0]))
        return self.classifier(self.dropout(x))


class Token(nn.Module):
    def __init__(self, c, labels):
        super().__init__()
        self.distilbert = DistilBert(c)
        add_token_head(self, c["dim"], c["dropout"], labels)

    def forward(self, ids, mask, types):
        return self.classifier(self.dropout(self.distilbert(ids, mask)))
