"""Updates by torch's optimizers in float64; Lion and Adafactor from their papers. Needs only torch.

usage: optimizers_reference.py FOLDER    FOLDER has task.json and values.f32: the initial values of
all parameters, then the gradients of each step. Writes result.f64: for each case all parameters
after each of task["reportedSteps"].
"""
import json
import math
import sys

import torch

folder = sys.argv[1]
task = json.load(open(f"{folder}/task.json"))
torch.set_num_threads(1)


class Lion:
    """Chen et al. 2023, arXiv:2302.06675, algorithm 2."""

    def __init__(self, parameters, spec):
        self.parameters, self.spec = parameters, spec
        self.moments = [torch.zeros_like(p) for p in parameters]

    def step(self, rate):
        beta1, beta2 = self.spec["beta1"], self.spec["beta2"]
        for p, m in zip(self.parameters, self.moments):
            c = beta1 * m + (1 - beta1) * p.grad
            p.data -= rate * (torch.sign(c) + self.spec["weightDecay"] * p.data)
            m.copy_(beta2 * m + (1 - beta2) * p.grad)


class Adafactor:
    """Shazeer & Stern 2018, arXiv:1804.04235: algorithm 4 for matrices, 5 for vectors."""

    def __init__(self, parameters, spec):
        self.parameters, self.spec, self.t = parameters, spec, 0
        self.rows = [torch.zeros_like(p).sum(-1) if p.dim() > 1 else None for p in parameters]
        self.columns = [torch.zeros_like(p).sum(-2) if p.dim() > 1 else None for p in parameters]
        self.full = [torch.zeros_like(p) for p in parameters]

    def step(self, rate):
        self.t += 1
        beta2 = 1 - self.t ** self.spec["decayRate"]
        for k, p in enumerate(self.parameters):
            squares = p.grad**2 + self.spec["epsilon"]
            if p.dim() > 1:
                self.rows[k] = beta2 * self.rows[k] + (1 - beta2) * squares.sum(-1)
                self.columns[k] = beta2 * self.columns[k] + (1 - beta2) * squares.sum(-2)
                total = self.rows[k].sum(-1)[..., None, None]
                second = self.rows[k][..., :, None] * self.columns[k][..., None, :] / total
            else:
                self.full[k] = beta2 * self.full[k] + (1 - beta2) * squares
                second = self.full[k]
            update = p.grad / torch.sqrt(second)
            rms = math.sqrt((update**2).mean())
            update = update / max(1, rms / self.spec["clipThreshold"])
            p.data -= rate * (update + self.spec["weightDecay"] * p.data)


class OfTorch:
    def __init__(self, optimizer):
        self.optimizer = optimizer

    def step(self, rate):
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.step()


def create(parameters, spec):
    name, decay = spec["name"], spec["weightDecay"]
    if name == "lion":
        return Lion(parameters, spec)
    if name == "adafactor":
        return Adafactor(parameters, spec)
    if name == "sgd":
        momentum, nesterov = spec["momentum"], spec["nesterov"]
        sgd = torch.optim.SGD(
            parameters, lr=1, momentum=momentum, nesterov=nesterov, weight_decay=decay
        )
        return OfTorch(sgd)
    of_torch = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[name]
    betas = (spec["beta1"], spec["beta2"])
    return OfTorch(of_torch(parameters, betas=betas, eps=spec["epsilon"], weight_decay=decay))


values = torch.frombuffer(bytearray(open(f"{folder}/values.f32", "rb").read()), dtype=torch.float32)
sizes = [math.prod(dims) for dims in task["dims"]]
rounds = [
    [chunk.reshape(dims).double() for chunk, dims in zip(one.split(sizes), task["dims"])]
    for one in values.split(sum(sizes))
]
with open(f"{folder}/result.f64", "wb") as result:
    for case in task["cases"]:
        parameters = [torch.nn.Parameter(value.clone()) for value in rounds[0]]
        optimizer = create(parameters, case["spec"])
        for step, gradients in enumerate(rounds[1:], start=1):
            for parameter, gradient in zip(parameters, gradients):
                parameter.grad = gradient * case["gradientScales"][step - 1]
            optimizer.step(case["learningRates"][step - 1])
            if step in task["reportedSteps"]:
                for parameter in parameters:
                    result.write(parameter.detach().contiguous().numpy().tobytes())
