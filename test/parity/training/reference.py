"""Losses over steps of training in torch, for every method, loss and optimizer: the independent reference.

usage: reference.py FOLDER...    a FOLDER has task.json and model.safetensors, with the adapters' weights
among them; result.json and parameters.safetensors (after the last step) are written to it.
"""
import json
import os
import sys

import torch
from torch import nn
from torch.nn.utils import parametrize

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "families"))
import common  # noqa: E402
import importlib  # noqa: E402

spec = importlib.util.spec_from_file_location("families", os.path.join(sys.path[0], "reference.py"))
families = importlib.util.module_from_spec(spec)
spec.loader.exec_module(families)


class Adapted(nn.Module):
    def __init__(self, down, up, scale):
        super().__init__()
        self.down, self.up, self.scale = nn.Parameter(down), nn.Parameter(up), scale

    def forward(self, weight):
        return weight + self.scale * self.up @ self.down


def row_losses(logits, batch, task):
    labels = torch.tensor(batch["labels"])
    weights = torch.tensor(batch["weights"], dtype=logits.dtype)
    valid = (weights > 0).to(logits.dtype)
    kind = task["kind"]
    if kind == "masked-lm":
        return nn.functional.cross_entropy(logits, labels, reduction="none") * weights
    values = batch["values"]
    if values is not None:
        values = torch.tensor(values, dtype=logits.dtype).view(logits.shape)
    if kind == "regression":
        return nn.functional.mse_loss(logits, values, reduction="none").mean(-1) * weights
    if values is None:
        classes = task["classWeights"] and torch.tensor(task["classWeights"], dtype=logits.dtype)
        options = {"weight": classes, "label_smoothing": task["labelSmoothing"]}
        return nn.functional.cross_entropy(logits, labels, reduction="none", **options) * valid
    if task["loss"] == "binaryCrossEntropy":
        losses = nn.functional.binary_cross_entropy_with_logits(logits, values, reduction="none")
        return losses.mean(-1) * weights
    divergence = nn.functional.kl_div(torch.log_softmax(logits, -1), values, reduction="none")
    return divergence.sum(-1) * weights


def run(folder):
    task = json.load(open(f"{folder}/task.json"))
    tensors = common.read_safetensors(f"{folder}/model.safetensors")
    adapters = task["adapters"]
    added = {name for adapter in adapters for name in (adapter["down"], adapter["up"])}
    plain = {name: tensor for name, tensor in tensors.items() if name not in added}
    common.write_safetensors(f"{folder}/model.safetensors", plain)
    model = families.load_model(folder, task)
    parameters = dict(model.named_parameters())
    for adapter in adapters:
        module = model.get_submodule(adapter["weight"][: -len(".weight")])
        down, up = (tensors[adapter[side]].double() for side in ("down", "up"))
        adapted = Adapted(down, up, adapter["scale"])
        parametrize.register_parametrization(module, "weight", adapted)
        parameters[adapter["down"]], parameters[adapter["up"]] = adapted.down, adapted.up
    trained = task["trained"]
    for name, parameter in parameters.items():
        parameter.requires_grad_(name in trained)
    settings = task["optimizer"]
    groups = [
        {
            "params": [parameters[name]],
            "weight_decay": settings["weightDecay"] if entry["decayed"] else 0.0,
            "factor": entry["rateFactor"],
        }
        for name, entry in trained.items()
    ]
    betas = (settings["beta1"], settings["beta2"])
    optimizer = torch.optim.AdamW(groups, betas=betas, eps=settings["epsilon"])
    losses, norms = [], []
    for batches, rate in zip(task["steps"], task["learningRates"]):
        optimizer.zero_grad()
        total = sum(sum(batch["weights"]) for batch in batches)
        value = 0.0
        for batch in batches:
            logits = families.logits_of(model, batch)
            loss = row_losses(logits, batch, task["task"]).sum() / total
            loss.backward()
            value += loss.item()
        free = [parameter for parameter in parameters.values() if parameter.requires_grad]
        norms.append(nn.utils.clip_grad_norm_(free, settings["maxGradientNorm"]).item())
        for group in optimizer.param_groups:
            group["lr"] = rate * group["factor"]
        optimizer.step()
        losses.append(value)
    common.write_safetensors(f"{folder}/parameters.safetensors", parameters)
    json.dump({"losses": losses, "norms": norms}, open(f"{folder}/result.json", "w"))


for folder in sys.argv[1:]:
    run(folder)
