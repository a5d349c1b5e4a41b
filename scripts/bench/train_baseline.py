"""The training benchmark's baseline: the same BERT and the same step in PyTorch.

usage: train_baseline.py masked|everywhere    reads a JSON task, then `run N` lines, from stdin.
`masked`: the head sees masked positions only. `everywhere`: logits at every position and
ignore_index, as Hugging Face's run_mlm.py does. Dropout is off, as in the engine it is held against.
"""
import json
import math
import resource
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

kind = sys.argv[1]
task = json.loads(sys.stdin.readline())
config = task["config"]
torch.set_num_threads(task["threads"])
torch.manual_seed(0)


class Layer(nn.Module):
    def __init__(self, hidden, heads, inner):
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value = (nn.Linear(hidden, hidden) for _ in range(3))
        self.output = nn.Linear(hidden, hidden)
        self.norm1, self.norm2 = (nn.LayerNorm(hidden, eps=1e-12) for _ in range(2))
        self.up, self.down = nn.Linear(hidden, inner), nn.Linear(inner, hidden)

    def forward(self, x, bias):
        batch, length, hidden = x.shape
        split = lambda y: y.view(batch, length, self.heads, hidden // self.heads).transpose(1, 2)
        q, k, v = split(self.query(x)), split(self.key(x)), split(self.value(x))
        scores = q @ k.transpose(-1, -2) / math.sqrt(hidden // self.heads) + bias
        context = (torch.softmax(scores, -1) @ v).transpose(1, 2).reshape(batch, length, hidden)
        x = self.norm1(x + self.output(context))
        return self.norm2(x + self.down(F.gelu(self.up(x))))


class Bert(nn.Module):
    def __init__(self):
        super().__init__()
        hidden, vocabulary = config["hidden_size"], config["vocab_size"]
        self.words = nn.Embedding(vocabulary, hidden)
        self.places = nn.Embedding(config["max_position_embeddings"], hidden)
        self.types = nn.Embedding(config["type_vocab_size"], hidden)
        self.norm = nn.LayerNorm(hidden, eps=1e-12)
        sizes = (hidden, config["num_attention_heads"], config["intermediate_size"])
        self.layers = nn.ModuleList(Layer(*sizes) for _ in range(config["num_hidden_layers"]))
        self.transform, self.head_norm = nn.Linear(hidden, hidden), nn.LayerNorm(hidden, eps=1e-12)
        self.decoder = nn.Linear(hidden, vocabulary)
        for parameter in self.parameters():
            if parameter.dim() == 2:
                nn.init.normal_(parameter, std=0.02)
        self.decoder.weight = self.words.weight

    def forward(self, ids, mask, positions):
        x = self.words(ids) + self.places.weight[: ids.shape[1]] + self.types.weight[0]
        x = self.norm(x)
        bias = ((1 - mask.float()) * torch.finfo(torch.float32).min)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, bias)
        if positions is not None:
            x = x.reshape(-1, x.shape[-1])[positions]
        return self.decoder(self.head_norm(F.gelu(self.transform(x))))


model = Bert()
decayed = [p for p in model.parameters() if p.dim() == 2]
plain = [p for p in model.parameters() if p.dim() != 2]
groups = [{"params": decayed, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}]
optimizer = torch.optim.AdamW(groups, lr=1e-4)
shape = (task["batchSize"], task["length"])
ids = torch.tensor(task["inputIds"]).view(shape)
mask = torch.ones_like(ids)
positions, labels = torch.tensor(task["positions"]), torch.tensor(task["labels"])
everywhere = torch.full((ids.numel(),), -100)
everywhere[positions] = labels


def step():
    optimizer.zero_grad(set_to_none=True)
    if kind == "masked":
        loss = F.cross_entropy(model(ids, mask, positions), labels)
    else:
        logits = model(ids, mask, None)
        loss = F.cross_entropy(logits.view(-1, logits.shape[-1]), everywhere)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return loss.item()


for line in sys.stdin:
    times, loss = [], 0.0
    for _ in range(int(line.split()[1])):
        start = time.perf_counter()
        loss = step()
        times.append((time.perf_counter() - start) * 1000)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    answer = {"times": times, "loss": loss, "peakBytes": peak, "version": torch.__version__}
    answer["threads"] = torch.get_num_threads()
    print(json.dumps(answer), flush=True)
