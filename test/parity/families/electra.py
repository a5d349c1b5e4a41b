"""ELECTRA the way the hub's checkpoints name it."""
from torch import nn

from common import Classifier, Embeddings, Encoder, add_token_head, classifier_dropout


class Electra(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.embeddings = Embeddings(c, size=c["embedding_size"])
        if c["embedding_size"] != c["hidden_size"]:
            self.embeddings_project = nn.Linear(c["embedding_size"], c["hidden_size"])
        self.encoder = Encoder(c)

    def forward(self, ids, mask, types):
        x = self.embeddings(ids, types)
        if hasattr(self, "embeddings_project"):
            x = self.embeddings_project(x)
        return self.encoder(x, mask)


class GeneratorPredictions(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.LayerNorm = nn.LayerNorm(c["embedding_size"], eps=c["layer_norm_eps"])
        self.dense = nn.Linear(c["hidden_size"], c["embedding_size"])

    def forward(self, x):
        return self.LayerNorm(nn.functional.gelu(self.dense(x)))


class MaskedLM(nn.Module):
    def __init__(self, c, labels):
        super().__init__()
        self.electra = Electra(c)
        self.generator_predictions = GeneratorPredictions(c)
        self.generator_lm_head = nn.Linear(c["embedding_size"], c["vocab_size"])

    def tie(self):
        self.generator_lm_head.weight = self.electra.embeddings.word_embeddings.weight

    def forward(self, ids, mask, types):
        return self.generator_lm_head(self.generator_predictions(self.electra(ids, mask, types)))


class Sequence(nn.Module):
    def __init__(self, c, labels):
        super().__init__()
        self.electra = Electra(c)
        self.classifier = Classifier(c, labels, nn.functional.gelu)

    def forward(self, ids, mask, types):
        return self.classifier(self.electra(ids, mask, types))


class Token(nn.Module):
    def __init__(self, c, labels):
        super().__init__()
        self.electra = Electra(c)
        add_token_head(self, c["hidden_size"], classifier_dropout(c), labels)

    def forward(self, ids, mask, types):
        return self.classifier(self.dropout(self.electra(ids, mask, types)))
