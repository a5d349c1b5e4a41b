"""Replays a trace (`masklab train --trace N`) in plain torch, in float64, and compares the losses.

usage: replay_trace.py [TRACE]    prints one line of JSON: how many steps there are, and the largest
differences of a loss and (relative) of a gradient norm. Without TRACE, replays each file that a line of
standard input names. Needs only torch.
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
    """The models of all heads with their weights, and by name what is trained, adapters included."""
    config, task = {**DEFAULTS, **meta["config"]}, meta["task"]
    family = importlib.import_module(FAMILIES.get(config["model_type"], config["model_type"]))
    columns = len(task.get("labels") or task.get("outputs") or [])
    values = {name: tensor.double() for name, tensor in {**frozen, **trained}.items()}
    adapters = {name: nn.Parameter(t) for name, t in values.items() if ".lora_" in name}
    plain = {name: tensor for name, tensor in values.items() if ".lora_" not in name}
    models, parameters = {}, {}
    for loss in meta.get("losses", [{"name": task["kind"]}]):
        head = loss.get("head", "")
        if head in models:
            continue
        kind = HEADS[head or task["kind"]]
        models[head] = getattr(family, kind)(config, columns)
        fill(models[head], plain, f"heads.{head}.", kind == "MaskedLM", config)
        # Heads share the parameters of the encoder.
        for name, parameter in list(models[head].named_parameters()):
            own = f"heads.{head}.{name}"
            key = own if own in plain else name
            if key in parameters:
                put(models[head], name, parameters[key])
            else:
                parameters[key] = parameter
        if kind == "MaskedLM" and config["tie_word_embeddings"]:
            models[head].tie()
    unexpected = [name for name in plain if name not in parameters and not name.endswith(TIED)]
    assert not unexpected, f"not names of this model: {unexpected}"
    for name in adapters:
        if name.endswith(".lora_A.weight"):
            module = name[: -len(".lora_A.weight")]
            for model in models.values():
                adapt(model, module, adapters, meta["method"]["lora"])
    parameters.update(adapters)
    for name, parameter in parameters.items():
        parameter.requires_grad_(name in trained)
    return {h: m.eval() for h, m in models.items()}, {name: parameters[name] for name in trained}


def fill(model, plain, prefix, is_tied, config):
    state = model.state_dict()
    own = {name: plain.get(prefix + name, plain.get(name)) for name in state}
    missing = [name for name, tensor in own.items() if tensor is None]
    model.load_state_dict({n: t for n, t in own.items() if t is not None}, strict=False)
    if is_tied and config["tie_word_embeddings"]:
        missing = [name for name in missing if not name.endswith(TIED)]
    assert not missing, f"names that are lacking: {missing}"


def put(model, name, parameter):
    module, _, last = name.rpartition(".")
    setattr(model.get_submodule(module), last, parameter)


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


def loss_of_task(task):
    """The loss of a task, as the trace of a run with several losses spells it."""
    kind = "crossEntropy"
    if task["kind"] == "regression":
        kind = "meanSquaredError"
    elif task.get("loss") == "kl":
        kind = "klDivergence"
    elif task.get("loss") == "binaryCrossEntropy":
        kind = "binaryCrossEntropy"
    return {
        "kind": kind,
        "weight": 1,
        "classWeights": task.get("classWeights"),
        "labelSmoothing": task.get("labelSmoothing", 0.0),
    }


def row_losses(logits, batch, loss):
    """Loss of each row, by the definitions of torch."""
    values, kind = batch.get("values"), loss["kind"]
    if kind == "meanSquaredError":
        return ((logits - values.double()) ** 2).mean(1)
    if values is None:
        classes = loss["classWeights"]
        return nn.functional.cross_entropy(
            logits,
            batch["labels"],
            weight=None if classes is None else torch.tensor(classes, dtype=logits.dtype),
            label_smoothing=loss["labelSmoothing"],
            reduction="none",
        )
    values = values.double()
    if kind == "binaryCrossEntropy":
        each = nn.functional.binary_cross_entropy_with_logits(logits, values, reduction="none")
        return each.mean(1)
    losses = -(values * torch.log_softmax(logits, 1)).sum(1)
    if kind == "klDivergence":
        losses = losses + torch.special.xlogy(values, values).sum(1)
    return losses


def sums_of(logits, batch, loss):
    """Sum of the losses of the rows by their weights, and what it is divided by."""
    if "logit_offsets" in batch:
        logits = logits + batch["logit_offsets"].double()
    counts = batch["weights"].double()
    used = (counts != 0).double()
    if "example_weights" in batch:
        length = batch["input_ids"].shape[1]
        rows = torch.arange(len(counts)) if "positions" not in batch else batch["positions"] // length
        of_rows = batch["example_weights"].double()[rows]
        counts, used = counts * of_rows, used * of_rows
    kept = used != 0
    total = (row_losses(logits, batch, loss)[kept] * used[kept]).sum()
    return total, counts.sum() + batch.get("absent_weight", torch.zeros(1)).double().sum()


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
    models, parameters = build(meta, trained, frozen)
    terms = meta.get("losses", [loss_of_task(meta["task"])])
    optimizer = optimizer_of(meta["optimizer"], parameters)
    worst_loss, worst_norm = 0.0, 0.0
    for step, rate in enumerate(tensors["learning_rates"].tolist()):
        batches, j = [], 0
        while f"steps.{step}.batches.{j}.input_ids" in tensors:
            batches.append(part_of(tensors, f"steps.{step}.batches.{j}."))
            j += 1
        optimizer.zero_grad()
        sums = {}
        for batch in batches:
            term = int(batch["loss"][0]) if "loss" in batch else 0
            logits = logits_of(models[terms[term].get("head", "")], batch)
            total, count = sums.get(term, (0.0, 0.0))
            found, counted = sums_of(logits, batch, terms[term])
            sums[term] = (total + found, count + counted)
        loss = sum(terms[t]["weight"] * total / count for t, (total, count) in sums.items() if count > 0)
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
    for line in sys.argv[1:] or sys.stdin:
        print(json.dumps(replay(line.rstrip("\n"))), flush=True)
