"""BERT the way the hub's checkpoints name it."""
import torch
from torch import nn

from common import ACTIVATIONS, Embeddings, Encoder, add_token_head, classifier_dropout


class Pooler(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.dense = nn.Linear(c["hidden_size"], c["hidden_size"])

    def forward(self, x):
        return torch.tanh(self.dense(x[:, 0]))


class Bert(nn.Module):
    def __init__(self, c, pools):
        super().__init__()
        self.embeddings = Embeddings(c)
        self.encoder = Encoder(c)
        if pools:
            self.pooler = Pooler(c)

    def forward(self, ids, mask, types):
        return self.encoder(self.embeddings(ids, types), mask)


class Transform(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.dense = nn.Linear(c["hidden_size"], c["hidden_size"])
        self.LayerNorm = nn.LayerNorm(c["hidden_size"], eps=c["layer_norm_eps"])
        self.activation = ACTIVATIONS[c["hidden_act"]]

    def forward(self, x):
        return self.LayerNorm(self.activation(self.dense(x)))


class Predictions(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.transform = Transform(c)
        self.decoder = nn.Linear(c["hidden_size"], c["vocab_size"], bias=False)
        self.bias = nn.Parameter(torch.zeros(c["vocab_size"]))

    def forward(self, x):
        return self.decoder(self.transform(x)) + self.bias


class MaskedLM(nn.Module):
    def __init__(self, c, labels):
        super().__init__()
        self.bert = Bert(c, pools=False)
        self.cls = nn.Module()
        self.cls.predictions = Predictions(c)

    def tie(self):
        self.cls.predictions.decoder.weight = self.bert.embeddings.word_embeddings.weight

    def forward(self, ids, mask, types):
        return self.cls.predictions(self.bert(ids, mask, types))


class Sequence(nn.Module):
    def __init__(self, c, labels):
        super().__init__()
        self.bert = Bert(c, pools=True)
        add_token_head(self, c["hidden_size"], classifier_dropout(c), labels)

    def forward(self, ids, mask, types):
        return self.classifier(self.dropout(self.bert.pooler(self.bert(ids, mask, types))))


class Token(nn.Module):
    def __init__(self, c, labels):
        super().__init__()
        self.bert = Bert(c, pools=False)
        add_token_head(self, c["hidden_size"], classifier_dropout(c), labels)

    def forward(self, ids, mask, types):
        return self.classifier(self.dropout(self.bert(ids, mask, types)))
