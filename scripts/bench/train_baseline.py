"""The training benchmark's baseline: the same encoder and the same step in PyTorch.

usage: train_baseline.py masked|everywhere    reads a JSON task, then `run N` lines, from stdin.
`masked`: the head sees masked positions only. `everywhere`: logits at every position and
ignore_index, as Hugging Face's run_mlm.py does. Dropout is off, as in the engine it is held against.
"""
import json
import resource
import sys
import time

import torch
import torch.nn.functional as F
from bert_baseline import Bert
from modernbert_baseline import ModernBert

kind = sys.argv[1]
task = json.loads(sys.stdin.readline())
config = task["config"]
torch.set_num_threads(task["threads"])
torch.manual_seed(0)


model = (ModernBert if config["model_type"] == "modernbert" else Bert)(config)
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
    faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(int(line.split()[1])):
        start = time.perf_counter()
        loss = step()
        times.append((time.perf_counter() - start) * 1000)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    answer = {"times": times, "loss": loss, "version": torch.__version__}
    answer["peakBytes"] = usage.ru_maxrss * 1024
    answer["pageFaults"] = (usage.ru_minflt - faults) / max(1, len(times))
    answer["threads"] = torch.get_num_threads()
    print(json.dumps(answer), flush=True)
