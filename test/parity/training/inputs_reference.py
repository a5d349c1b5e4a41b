"""Training with weights per example, constants on logits and several losses, in torch and float64.

usage: inputs_reference.py FOLDER...    a FOLDER has task.json and model.safetensors; result.json and
gradients.safetensors (of the first step) are written to it. Heads share the parameters of one encoder;
a head's own are found under its prefix, if it has one.
"""
import importlib
import json
import os
import sys

import torch
from torch import nn
from torch.nn.utils.stateless import functional_call

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "families"))
import common  # noqa: E402

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
HEADS = {"masked-lm": "MaskedLM", "sequence": "Sequence", "token": "Token"}


def logits_of(task, head, parameters, batch):
    family = importlib.import_module(task["config"]["model_type"])
    model = getattr(family, HEADS[head["kind"]])(task["config"], head["outputSize"]).eval()
    words = next(name for name in parameters if name.endswith("embeddings.word_embeddings.weight"))
    state = {}
    for name in model.state_dict():
        own = head["prefix"] + name
        state[name] = parameters[own if own in parameters else name if name in parameters else words]
    shape = (batch["batchSize"], batch["length"])
    ids = torch.tensor(batch["inputIds"]).view(shape)
    mask = torch.tensor(batch["attentionMask"]).view(shape)
    logits = functional_call(model, state, (ids, mask, torch.zeros_like(ids)))
    logits = logits.reshape(-1, logits.shape[-1])
    return logits if batch["positions"] is None else logits[torch.tensor(batch["positions"])]


def examples_of(batch):
    """The example of each row of logits."""
    if batch["positions"] is None:
        return torch.arange(batch["batchSize"])
    return torch.tensor(batch["positions"]) // batch["length"]


def row_losses(logits, batch, loss):
    values, kind = batch["values"], loss["kind"]
    if values is not None:
        values = torch.tensor(values).double().view(logits.shape)
    if kind == "meanSquaredError":
        return nn.functional.mse_loss(logits, values, reduction="none").mean(-1)
    if kind == "binaryCrossEntropy":
        losses = nn.functional.binary_cross_entropy_with_logits(logits, values, reduction="none")
        return losses.mean(-1)
    if kind == "klDivergence":
        return nn.functional.kl_div(torch.log_softmax(logits, -1), values, reduction="none").sum(-1)
    classes = loss["classWeights"] and torch.tensor(loss["classWeights"]).double()
    options = {"weight": classes, "label_smoothing": loss["labelSmoothing"]}
    targets = torch.tensor(batch["labels"]) if values is None else values
    return nn.functional.cross_entropy(logits, targets, reduction="none", **options)


def run(folder):
    task = json.load(open(f"{folder}/task.json"))
    tensors = common.read_safetensors(f"{folder}/model.safetensors")
    parameters = {name: tensor.double().requires_grad_() for name, tensor in tensors.items()}
    heads = {head["name"]: head for head in task["heads"]}
    losses = {loss["name"]: loss for loss in task["losses"]}
    settings = task["optimizer"]
    decays = lambda name: not (name.endswith("bias") or "norm" in name.lower())
    groups = [
        {"params": [p], "weight_decay": settings["weightDecay"] if decays(name) else 0.0}
        for name, p in parameters.items()
    ]
    betas = (settings["beta1"], settings["beta2"])
    optimizer = torch.optim.AdamW(groups, betas=betas, eps=settings["epsilon"])
    values, norms = [], []
    for step, (batches, rate) in enumerate(zip(task["steps"], task["learningRates"])):
        optimizer.zero_grad()
        sums = {}
        for batch in batches:
            name = batch.get("loss", task["losses"][0]["name"])
            loss = losses[name]
            logits = logits_of(task, heads[loss["head"]], parameters, batch)
            if batch.get("logitOffsets") is not None:
                logits = logits + torch.tensor(batch["logitOffsets"]).double().view(logits.shape)
            counts = torch.tensor(batch["weights"]).double()
            used = (counts > 0).double()
            if batch.get("exampleWeights") is not None:
                of_rows = torch.tensor(batch["exampleWeights"]).double()[examples_of(batch)]
                counts, used = counts * of_rows, used * of_rows
            total, count = sums.get(name, (0.0, 0.0))
            found = (row_losses(logits, batch, loss) * used).sum()
            sums[name] = (total + found, count + counts.sum() + batch.get("absentWeight", 0.0))
        value = sum(losses[name]["weight"] * total / count for name, (total, count) in sums.items())
        value.backward()
        if step == 0:
            used = {name: p.grad.clone() for name, p in parameters.items() if p.grad is not None}
            common.write_safetensors(f"{folder}/gradients.safetensors", used)
        free = [p for p in parameters.values() if p.grad is not None]
        norms.append(nn.utils.clip_grad_norm_(free, settings["maxGradientNorm"]).item())
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.step()
        values.append(value.item())
    json.dump({"losses": values, "norms": norms}, open(f"{folder}/result.json", "w"))


for folder in sys.argv[1:]:
    run(folder)
