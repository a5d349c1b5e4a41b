"""The whole-job benchmark's baseline: BERT-mini fine-tuned in PyTorch on texts of natural lengths.

usage: train_job_baseline.py JOB.json OUT    JOB.json holds the tokens that the tokenizer gave, the
split, and the same settings as the run it is held against. Batches are random and padded to their
longest row, logits are computed everywhere with ignore_index, as Hugging Face's run_mlm.py does;
masking is dynamic, 80/10/10. Evaluates before and after, and saves the weights to OUT.
"""
import json
import math
import random
import resource
import sys
import time

start = time.perf_counter()
import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402

job = json.load(open(sys.argv[1]))
from bert_baseline import Bert  # noqa: E402

torch.set_num_threads(job["threads"])
torch.manual_seed(0)
random.seed(0)
model = Bert(job["config"])
decayed = [p for p in model.parameters() if p.dim() == 2]
plain = [p for p in model.parameters() if p.dim() != 2]
groups = [{"params": decayed, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}]
optimizer = torch.optim.AdamW(groups, lr=job["learningRate"])


def collate(rows):
    width = max(len(row) for row in rows)
    ids = torch.full((len(rows), width), job["pad"])
    for i, row in enumerate(rows):
        ids[i, : len(row)] = torch.tensor(row)
    mask = ids != job["pad"]
    special = ~mask | (ids == job["cls"]) | (ids == job["sep"])
    chosen = torch.bernoulli(torch.full(ids.shape, 0.15).masked_fill(special, 0.0)).bool()
    labels = ids.masked_fill(~chosen, -100)
    dice = torch.rand(ids.shape)
    ids = ids.masked_fill(chosen & (dice < 0.8), job["mask"])
    swapped = chosen & (dice >= 0.9)
    ids[swapped] = torch.randint(job["vocabulary"], (int(swapped.sum()),))
    return ids, mask.long(), labels


def loss_of(rows):
    ids, mask, labels = collate(rows)
    logits = model(ids, mask, None)
    return F.cross_entropy(logits.view(-1, logits.shape[-1]), labels.view(-1))


def evaluate():
    size = job["batchSize"]
    with torch.no_grad():
        parts = [loss_of(job["heldOut"][i : i + size]) for i in range(0, len(job["heldOut"]), size)]
    return float(sum(parts) / len(parts))


before = evaluate()
rows = list(job["train"])
random.shuffle(rows)
steps = math.ceil(len(rows) / job["batchSize"])
schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / steps)
tokens = 0
for i in range(steps):
    part = rows[i * job["batchSize"] : (i + 1) * job["batchSize"]]
    tokens += sum(len(row) for row in part)
    optimizer.zero_grad(set_to_none=True)
    loss_of(part).backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    schedule.step()
after = evaluate()
torch.save(model.state_dict(), sys.argv[2])
print(
    json.dumps(
        {
            "seconds": time.perf_counter() - start,
            "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
            "steps": steps,
            "tokens": tokens,
            "before": before,
            "after": after,
        }
    )
)
