"""BERT for masked-language modelling in plain torch, written from the paper: the independent reference.

usage: bert_reference.py FOLDER    FOLDER has task.json and model.safetensors; gradients.safetensors
and result.json are written to it. Needs only torch.
"""
import json
import math
import struct
import sys

import torch
import torch.nn.functional as F

folder = sys.argv[1]
task = json.load(open(f"{folder}/task.json"))
config = task["config"]
dtype = getattr(torch, task["dtype"])
torch.set_num_threads(1)


def read_safetensors(path):
    raw = open(path, "rb").read()
    (size,) = struct.unpack("<Q", raw[:8])
    tensors = {}
    for name, entry in json.loads(raw[8 : 8 + size]).items():
        if name == "__metadata__":
            continue
        start, end = entry["data_offsets"]
        data = bytearray(raw[8 + size + start : 8 + size + end])
        tensors[name] = torch.frombuffer(data, dtype=torch.float32).reshape(entry["shape"])
    return tensors


def write_safetensors(path, tensors):
    header, chunks, offset = {}, [], 0
    for name, tensor in tensors.items():
        data = tensor.detach().float().contiguous().numpy().tobytes()
        span = [offset, offset + len(data)]
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": span}
        chunks.append(data)
        offset += len(data)
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(chunks))


parameters = {
    name: torch.nn.Parameter(tensor.to(dtype))
    for name, tensor in read_safetensors(f"{folder}/model.safetensors").items()
}


def linear(x, name):
    return x @ parameters[name + ".weight"].t() + parameters[name + ".bias"]


def norm(x, name):
    mean = x.mean(-1, keepdim=True)
    variance = ((x - mean) ** 2).mean(-1, keepdim=True)
    scaled = (x - mean) / torch.sqrt(variance + config["layer_norm_eps"])
    return scaled * parameters[name + ".weight"] + parameters[name + ".bias"]


def activation(x):
    if config["hidden_act"] == "relu":
        return torch.relu(x)
    if config["hidden_act"] == "gelu_new":
        return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    return 0.5 * x * (1 + torch.erf(x / math.sqrt(2)))


def logits(ids, mask):
    table = lambda name: parameters[f"bert.embeddings.{name}.weight"]
    x = table("word_embeddings")[ids] + table("position_embeddings")[: ids.shape[1]]
    x = norm(x + table("token_type_embeddings")[0], "bert.embeddings.LayerNorm")
    batch, length, hidden = x.shape
    heads = config["num_attention_heads"]
    split = lambda y: y.view(batch, length, heads, hidden // heads).transpose(1, 2)
    bias = ((1 - mask.to(dtype)) * torch.finfo(torch.float32).min)[:, None, None, :]
    for i in range(config["num_hidden_layers"]):
        layer = f"bert.encoder.layer.{i}"
        q, k, v = (split(linear(x, f"{layer}.attention.self.{n}")) for n in ("query", "key", "value"))
        scores = q @ k.transpose(-1, -2) / math.sqrt(hidden // heads) + bias
        context = (torch.softmax(scores, -1) @ v).transpose(1, 2).reshape(batch, length, hidden)
        output = linear(context, f"{layer}.attention.output.dense")
        x = norm(x + output, f"{layer}.attention.output.LayerNorm")
        inner = activation(linear(x, f"{layer}.intermediate.dense"))
        x = norm(x + linear(inner, f"{layer}.output.dense"), f"{layer}.output.LayerNorm")
    x = activation(linear(x, "cls.predictions.transform.dense"))
    x = norm(x, "cls.predictions.transform.LayerNorm")
    return x @ table("word_embeddings").t() + parameters["cls.predictions.bias"]


def loss_of(batch):
    shape = (batch["batchSize"], batch["length"])
    ids = torch.tensor(batch["inputIds"]).view(shape)
    mask = torch.tensor(batch["attentionMask"]).view(shape)
    rows = logits(ids, mask).reshape(-1, config["vocab_size"])[torch.tensor(batch["positions"])]
    losses = F.cross_entropy(rows, torch.tensor(batch["labels"]), reduction="none")
    weights = torch.tensor(batch["weights"], dtype=dtype)
    return (losses * weights).sum() / weights.sum()


spec = task["optimizer"]
plain = [p for n, p in parameters.items() if n.endswith("bias") or "LayerNorm" in n]
decayed = [p for n, p in parameters.items() if not (n.endswith("bias") or "LayerNorm" in n)]
optimizer = torch.optim.AdamW(
    [
        {"params": decayed, "weight_decay": spec["weightDecay"]},
        {"params": plain, "weight_decay": 0.0},
    ],
    betas=(spec["beta1"], spec["beta2"]),
    eps=spec["epsilon"],
)
losses, norms = [], []
for step, (batch, rate) in enumerate(zip(task["batches"], task["learningRates"])):
    optimizer.zero_grad()
    loss = loss_of(batch)
    loss.backward()
    if step == 0:
        gradients = {n: p.grad.clone() for n, p in parameters.items() if p.grad is not None}
        write_safetensors(f"{folder}/gradients.safetensors", gradients)
    norm_before = torch.nn.utils.clip_grad_norm_(parameters.values(), spec["maxGradientNorm"])
    for group in optimizer.param_groups:
        group["lr"] = rate
    optimizer.step()
    losses.append(loss.item())
    norms.append(norm_before.item())
json.dump({"losses": losses, "norms": norms}, open(f"{folder}/result.json", "w"))
