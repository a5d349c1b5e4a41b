"""Replays a trace (`masklab train --trace N`) in plain torch, in float64, and compares the losses.

usage: replay_trace.py TRACE    prints one line of JSON: how many steps there are, and the largest
differences of a loss and (relative) of a gradient norm. Needs only torch.
"""
import importlib
import json
import os
import struct
import sys

import torch
from torch import nn

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "families"))

DTYPES = {"F32": torch.float32, "F64": torch.float64, "I64": torch.int64}
FAMILIES = {"xlm-roberta": "roberta", "camembert": "roberta"}
HEADS = {
    "masked-lm": "MaskedLM",
    "classification": "Sequence",
    "regression": "Sequence",
    "token-classification": "Token",
}
TIED = ("decoder.weight", "lm_head.weight", "projector.weight")
# What config.json may leave out, with the hub's defaults.
DEFAULTS = {
    "hidden_act": "gelu",
    "layer_norm_eps": 1e-12,
    "type_vocab_size": 2,
    "tie_word_embeddings": True,
    "hidden_dropout_prob": 0.1,
    "attention_probs_dropout_prob": 0.1,
    "classifier_dropout": None,
}


def read_trace(path):
    with open(path, "rb") as file:
        (size,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(size))
        data = file.read()
    meta = json.loads(header.pop("__metadata__")["masklab_trace"])
    tensors = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        part, shape = bytearray(data[start:end]), entry["shape"]
        empty = torch.empty(shape, dtype=DTYPES[entry["dtype"]])
        whole = torch.frombuffer(part, dtype=empty.dtype).reshape(shape) if part else empty
        tensors[name] = whole
    return meta, tensors


def part_of(tensors, prefix):
    return {n[len(prefix) :]: t for n, t in tensors.items() if n.startswith(prefix)}


def build(meta, trained, frozen):
    """The model with its weights, and by name what is trained of it, adapters included."""
    config, task = {**DEFAULTS, **meta["config"]}, meta["task"]
    family = importlib.import_module(FAMILIES.get(config["model_type"], config["model_type"]))
    columns = len(task.get("labels") or task.get("outputs") or [])
    model = getattr(family, HEADS[task["kind"]])(config, columns)
    values = {name: tensor.double() for name, tensor in {**frozen, **trained}.items()}
    adapters = {name: nn.Parameter(t) for name, t in values.items() if ".lora_" in name}
    plain = {name: tensor for name, tensor in values.items() if ".lora_" not in name}
    missing, unexpected = model.load_state_dict(plain, strict=False)
    assert not unexpected, f"not names of this model: {unexpected}"
    if task["kind"] == "masked-lm" and config["tie_word_embeddings"]:
        model.tie()
        missing = [name for name in missing if not name.endswith(TIED)]
    assert not missing, f"names that are lacking: {missing}"
    for name in adapters:
        if name.endswith(".lora_A.weight"):
            adapt(model, name[: -len(".lora_A.weight")], adapters, meta["method"]["lora"])
    parameters = {**dict(model.named_parameters()), **adapters}
    for name, parameter in parameters.items():
        parameter.requires_grad_(name in trained)
    return model.eval(), {name: parameters[name] for name in trained}


def adapt(model, name, adapters, lora):
    down, up = adapters[f"{name}.lora_A.weight"], adapters[f"{name}.lora_B.weight"]
    scale = lora["alpha"] / lora["rank"]
    add = lambda _module, inputs, output: output + scale * (inputs[0] @ down.t()) @ up.t()
    model.get_submodule(name).register_forward_hook(add)


def logits_of(model, batch):
    ids = batch["input_ids"]
    logits = model(ids, batch["attention_mask"], batch.get("token_type_ids", torch.zeros_like(ids)))
    logits = logits.reshape(-1, logits.shape[-1])
    return logits[batch["positions"]] if "positions" in batch else logits


def losses_of(logits, batch, task):
    """Σ weight × loss of the rows, by the definitions of torch."""
    weights, values = batch["weights"].double(), batch.get("values")
    if task["kind"] == "regression":
        return (weights * ((logits - values) ** 2).mean(1)).sum()
    if values is None:
        classes = task.get("classWeights")
        kept = weights != 0
        smoothing = task.get("labelSmoothing", 0.0)
        return nn.functional.cross_entropy(
            logits[kept],
            batch["labels"][kept],
            weight=None if classes is None else torch.tensor(classes, dtype=logits.dtype),
            label_smoothing=smoothing,
            reduction="sum",
        )
    values = values.double()
    if task["loss"] == "binaryCrossEntropy":
        each = nn.functional.binary_cross_entropy_with_logits(logits, values, reduction="none")
        return (weights * each.mean(1)).sum()
    loss = -(values * torch.log_softmax(logits, 1)).sum(1)
    if task["loss"] == "kl":
        loss = loss + torch.special.xlogy(values, values).sum(1)
    return (weights * loss).sum()


def optimizer_of(spec, parameters):
    is_plain = lambda name: name.endswith("bias") or "norm" in name.lower()
    groups = [
        {
            "params": [p for n, p in parameters.items() if is_plain(n) == plain],
            "weight_decay": 0.0 if plain else spec["weightDecay"],
        }
        for plain in (False, True)
    ]
    groups = [group for group in groups if group["params"]]
    assert spec["layerDecay"] == 1, "layer-wise decay is not replayed"
    if spec["name"] == "sgd":
        return torch.optim.SGD(groups, 1.0, spec["momentum"], nesterov=spec["nesterov"])
    kinds = {"adamw": torch.optim.AdamW, "adam": torch.optim.Adam}
    assert spec["name"] in kinds, f"{spec['name']} is no optimizer of torch"
    return kinds[spec["name"]](groups, 1.0, (spec["beta1"], spec["beta2"]), spec["epsilon"])


def replay(path):
    meta, tensors = read_trace(path)
    assert not meta["dropout"], "a run with dropout cannot be replayed: its masks are not traced"
    trained, frozen = part_of(tensors, "trained."), part_of(tensors, "frozen.")
    model, parameters = build(meta, trained, frozen)
    optimizer = optimizer_of(meta["optimizer"], parameters)
    worst_loss, worst_norm = 0.0, 0.0
    for step, rate in enumerate(tensors["learning_rates"].tolist()):
        batches, j = [], 0
        while f"steps.{step}.batches.{j}.input_ids" in tensors:
            batches.append(part_of(tensors, f"steps.{step}.batches.{j}."))
            j += 1
        total = sum(batch["weights"].double().sum() for batch in batches)
        optimizer.zero_grad()
        losses = [losses_of(logits_of(model, b), b, meta["task"]) / total for b in batches]
        loss = sum(losses)
        loss.backward()
        limit = meta["optimizer"]["maxGradientNorm"]
        norm = nn.utils.clip_grad_norm_(parameters.values(), limit).item()
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.step()
        worst_loss = max(worst_loss, abs(loss.item() - tensors["losses"][step].item()))
        worst_norm = max(worst_norm, abs(norm / tensors["gradient_norms"][step].item() - 1))
    return {
        "steps": len(tensors["losses"]),
        "largestLossDifference": worst_loss,
        "largestNormDifference": worst_norm,
    }


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    print(json.dumps(replay(sys.argv[1])))
