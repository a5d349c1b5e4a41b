"""Logits, loss, gradients and AdamW steps of a model of the hub's kind: the independent reference.

usage: reference.py FOLDER...    a FOLDER has task.json and model.safetensors, whose names must be
exactly the model's; results.safetensors and result.json are written to it. Needs only torch.
"""
import importlib
import json
import sys

import torch
from torch import nn

from common import read_safetensors, write_safetensors

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)

FAMILIES = {"xlm-roberta": "roberta", "camembert": "roberta"}
HEADS = {"masked-lm": "MaskedLM", "sequence": "Sequence", "token": "Token"}
TIED = ("decoder.weight", "lm_head.weight", "projector.weight")


def load_model(folder, task):
    config, head = task["config"], task["head"]
    family = importlib.import_module(FAMILIES.get(config["model_type"], config["model_type"]))
    model = getattr(family, HEADS[head])(config, task["labelCount"])
    tensors = read_safetensors(f"{folder}/model.safetensors")
    weights = {name: tensor.double() for name, tensor in tensors.items()}
    missing, unexpected = model.load_state_dict(weights, strict=False)
    assert not unexpected, f"not names of this model: {unexpected}"
    if head == "masked-lm" and config["tie_word_embeddings"]:
        model.tie()
        missing = [name for name in missing if not name.endswith(TIED)]
    assert not missing, f"names that are lacking: {missing}"
    return model.eval()


def logits_of(model, batch):
    shape = (batch["batchSize"], batch["length"])
    ids = torch.tensor(batch["inputIds"]).view(shape)
    mask = torch.tensor(batch["attentionMask"]).view(shape)
    types = batch["tokenTypeIds"]
    types = torch.zeros_like(ids) if types is None else torch.tensor(types).view(shape)
    logits = model(ids, mask, types)
    logits = logits.reshape(-1, logits.shape[-1])
    return logits if batch["positions"] is None else logits[torch.tensor(batch["positions"])]


def loss_of(model, batch):
    labels = torch.tensor(batch["labels"])
    losses = nn.functional.cross_entropy(logits_of(model, batch), labels, reduction="none")
    weights = torch.tensor(batch["weights"], dtype=losses.dtype)
    return (losses * weights).sum() / weights.sum()


def dropout_rates(model, batch):
    rates = []
    modules = [module for module in model.modules() if isinstance(module, nn.Dropout)]
    note = lambda module, _inputs, _output: rates.append(module.p) if module.p > 0 else None
    handles = [module.register_forward_hook(note) for module in modules]
    logits_of(model, batch)
    for handle in handles:
        handle.remove()
    return rates


def run(folder):
    task = json.load(open(f"{folder}/task.json"))
    model, spec = load_model(folder, task), task["optimizer"]
    results = {"logits": logits_of(model, task["batches"][0])}
    rates = dropout_rates(model, task["batches"][0])
    parameters = dict(model.named_parameters())
    plain = {name for name in parameters if name.endswith("bias") or "norm" in name.lower()}
    decayed = [parameter for name, parameter in parameters.items() if name not in plain]
    optimizer = torch.optim.AdamW(
        [
            {"params": decayed, "weight_decay": spec["weightDecay"]},
            {"params": [parameters[name] for name in plain], "weight_decay": 0.0},
        ],
        betas=(spec["beta1"], spec["beta2"]),
        eps=spec["epsilon"],
    )
    losses = []
    for step, (batch, rate) in enumerate(zip(task["batches"], task["learningRates"])):
        optimizer.zero_grad()
        loss = loss_of(model, batch)
        loss.backward()
        if step == 0:
            found = {f"gradient {n}": p.grad for n, p in parameters.items() if p.grad is not None}
            results.update({name: gradient.clone() for name, gradient in found.items()})
        nn.utils.clip_grad_norm_(parameters.values(), spec["maxGradientNorm"])
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.step()
        losses.append(loss.item())
    write_safetensors(f"{folder}/results.safetensors", results)
    json.dump({"losses": losses, "rates": rates}, open(f"{folder}/result.json", "w"))


if __name__ == "__main__":
    for folder in sys.argv[1:]:
        run(folder)
