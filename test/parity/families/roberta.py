"""RoBERTa the way the hub's checkpoints name it."""
import torch
from torch import nn

from common import Classifier, Embeddings, Encoder, add_token_head, classifier_dropout


class Roberta(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.embeddings = Embeddings(c, counts_tokens=True)
        self.encoder = Encoder(c)

    def forward(self, ids, mask, types):
        return self.encoder(self.embeddings(ids, types), mask)


class LMHead(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.dense = nn.Linear(c["hidden_size"], c["hidden_size"])
        self.layer_norm = nn.LayerNorm(c["hidden_size"], eps=c["layer_norm_eps"])
        self.decoder = nn.Linear(c["hidden_size"], c["vocab_size"], bias=False)
        self.bias = nn.Parameter(torch.zeros(c["vocab_size"]))

    def forward(self, x):
        return self.decoder(self.layer_norm(nn.functional.gelu(self.dense(x)))) + self.bias


class MaskedLM(nn.Module):
    def __init__(self, c, labels):
        super().__init__()
        self.roberta = Roberta(c)
        self.lm_head = LMHead(c)

    def tie(self):
        self.lm_head.decoder.weight = self.roberta.embeddings.word_embeddings.weight

    def forward(self, ids, mask, types):
        return self.lm_head(self.roberta(ids, mask, types))


class Sequence(nn.Module):
    def __init__(self, c, labels):
        super().__init__()
        self.roberta = Roberta(c)
        self.classifier = Classifier(c, labels, torch.tanh)

    def forward(self, ids, mask, types):
        return self.classifier(self.roberta(ids, mask, types))


class Token(nn.Module):
    def __init__(self, c, labels):
        super().__init__()
        self.roberta = Roberta(c)
        add_token_head(self, c["hidden_size"], classifier_dropout(c), labels)

    def forward(self, ids, mask, types):
        return self.classifier(self.dropout(self.roberta(ids, mask, types)))
