"""ALBERT the way the hub's checkpoints name it."""
import torch
from torch import nn

from common import ACTIVATIONS, Embeddings, add_token_head, join_heads, scores_to_context, split_heads


class Attention(nn.Module):
    def __init__(self, c):
        super().__init__()
        size = c["hidden_size"]
        self.heads = c["num_attention_heads"]
        for name in ("query", "key", "value", "dense"):
            setattr(self, name, nn.Linear(size, size))
        self.LayerNorm = nn.LayerNorm(size, eps=c["layer_norm_eps"])
        self.attention_dropout = nn.Dropout(c["attention_probs_dropout_prob"])
        self.output_dropout = nn.Dropout(c["hidden_dropout_prob"])

    def forward(self, x, mask):
        q, k, v = (split_heads(part(x), self.heads) for part in (self.query, self.key, self.value))
        context = scores_to_context(q, k, v, mask[:, None, None, :], self.attention_dropout)
        return self.LayerNorm(x + self.output_dropout(self.dense(join_heads(context))))


class Layer(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.full_layer_layer_norm = nn.LayerNorm(c["hidden_size"], eps=c["layer_norm_eps"])
        self.attention = Attention(c)
        self.ffn = nn.Linear(c["hidden_size"], c["intermediate_size"])
        self.ffn_output = nn.Linear(c["intermediate_size"], c["hidden_size"])
        self.activation = ACTIVATIONS[c["hidden_act"]]

    def forward(self, x, mask):
        x = self.attention(x, mask)
        return self.full_layer_layer_norm(self.ffn_output(self.activation(self.ffn(x))) + x)


class Group(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.albert_layers = nn.ModuleList(Layer(c) for _ in range(c["inner_group_num"]))

    def forward(self, x, mask):
        for layer in self.albert_layers:
            x = layer(x, mask)
        return x


class Transformer(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.steps, self.groups = c["num_hidden_layers"], c["num_hidden_groups"]
        self.embedding_hidden_mapping_in = nn.Linear(c["embedding_size"], c["hidden_size"])
        self.albert_layer_groups = nn.ModuleList(Group(c) for _ in range(self.groups))

    def forward(self, x, mask):
        x = self.embedding_hidden_mapping_in(x)
        for i in range(self.steps):
            x = self.albert_layer_groups[int(i / (self.steps / self.groups))](x, mask)
        return x


class Albert(nn.Module):
    def __init__(self, c, pools):
        super().__init__()
        self.embeddings = Embeddings(c, size=c["embedding_size"])
        self.encoder = Transformer(c)
        if pools:
            self.pooler = nn.Linear(c["hidden_size"], c["hidden_size"])

    def forward(self, ids, mask, types):
        return self.encoder(self.embeddings(ids, types), mask)


class Predictions(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.LayerNorm = nn.LayerNorm(c["embedding_size"], eps=c["layer_norm_eps"])
        self.bias = nn.Parameter(torch.zeros(c["vocab_size"]))
        self.dense = nn.Linear(c["hidden_size"], c["embedding_size"])
        self.decoder = nn.Linear(c["embedding_size"], c["vocab_size"], bias=False)
        self.activation = ACTIVATIONS[c["hidden_act"]]

    def forward(self, x):
        return self.decoder(self.LayerNorm(self.activation(self.dense(x)))) + self.bias


def head_dropout(c):
    rate = c["classifier_dropout_prob"]
    return c["hidden_dropout_prob"] if rate is None else rate


class MaskedLM(nn.Module):
    def __init__(self, c, labels):
        super().__init__()
        self.albert = Albert(c, pools=False)
        self.predictions = Predictions(c)

    def tie(self):
        self.predictions.decoder.weight = self.albert.embeddings.word_embeddings.weight

    def forward(self, ids, mask, types):
        return self.predictions(self.albert(ids, mask, types))


class Sequence(nn.Module):
    def __init__(self, c, labels):
        super().__init__()
        self.albert = Albert(c, pools=True)
        add_token_head(self, c["hidden_size"], head_dropout(c), labels)

    def forward(self, ids, mask, types):
        pooled = torch.tanh(self.albert.pooler(self.albert(ids, mask, types)[:, 0]))
        return self.classifier(self.dropout(pooled))


class Token(nn.Module):
    def __init__(self, c, labels):
        super().__init__()
        self.albert = Albert(c, pools=False)
        add_token_head(self, c["hidden_size"], head_dropout(c), labels)

    def forward(self, ids, mask, types):
        return self.classifier(self.dropout(self.albert(ids, mask, types)))
