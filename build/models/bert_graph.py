"""Turns the safetensors weights of a BERT sentence encoder into one ONNX file that Sheaf runs.

The graph takes one text, `ids` [length] (int64, special tokens included), and answers `vec` [1, dimensions]
(float32, unit length). There is no batch axis, and so no padding and no mask: on one thread a batch was measured to
be no faster, and a text's vector must not depend on what stood beside it.

The matrices are stored as signed integers with one scale a column, the activations are quantised while it runs.
Seven bits and not eight: processors with AVX2 and without VNNI add pairs of 8-bit products in 16 bits, which
saturates with eight-bit weights. The word table is stored as half floats.
"""

import json
import struct

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

WEIGHT_LEVELS = 63


def read_safetensors(path):
    """name -> array, for the two element types these models use."""
    with open(path, "rb") as file:
        header_length = struct.unpack("<Q", file.read(8))[0]
        header = json.loads(file.read(header_length))
        payload = file.read()
    types = {"F32": np.float32, "I64": np.int64}
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        tensors[name] = np.frombuffer(payload[begin:end], dtype=types[entry["dtype"]]).reshape(entry["shape"])
    return tensors


class Graph:
    """Collects nodes and initial values and gives them names in order, so that the file is the same every time."""

    def __init__(self):
        self.nodes, self.values, self.made, self.quantised = [], [], 0, {}

    def constant(self, array):
        name = f"c{len(self.values)}"
        self.values.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def integers(self, *numbers):
        return self.constant(np.array(numbers, np.int64))

    def op(self, kind, *inputs, outputs=1, **attributes):
        names = [f"{kind}{self.made}_{i}" for i in range(outputs)]
        self.made += 1
        self.nodes.append(helper.make_node(kind, list(inputs), names, **attributes))
        return names[0] if outputs == 1 else names

    def linear(self, x, weight, bias):
        """x · weight + bias with `weight` [in, out] in integers and x quantised as it comes."""
        scale = np.maximum(np.abs(weight).max(axis=0), 1e-9) / WEIGHT_LEVELS
        levels = np.clip(np.round(weight / scale), -WEIGHT_LEVELS, WEIGHT_LEVELS).astype(np.int8)
        if x not in self.quantised:
            self.quantised[x] = self.op("DynamicQuantizeLinear", x, outputs=3)
        whole, step, zero = self.quantised[x]
        weight_zero = self.constant(np.zeros(weight.shape[1], np.int8))
        sums = self.op("MatMulInteger", whole, self.constant(levels), zero, weight_zero)
        sums = self.op("Cast", sums, to=TensorProto.FLOAT)
        steps = self.op("Mul", step, self.constant(scale.astype(np.float32)))
        return self.op("Add", self.op("Mul", sums, steps), self.constant(bias))


def encoder(weights, config, pooling):
    """The ONNX model of a BERT encoder: embeddings, layers, pooling ("mean" or "cls"), unit length."""
    g = Graph()
    hidden, heads = config["hidden_size"], config["num_attention_heads"]
    size = hidden // heads

    def norm(x, name):
        scale, bias = g.constant(weights[name + ".weight"]), g.constant(weights[name + ".bias"])
        return g.op("LayerNormalization", x, scale, bias, epsilon=config["layer_norm_eps"], axis=-1)

    def dense(x, name):
        return g.linear(x, weights[name + ".weight"].T, weights[name + ".bias"])

    words = g.constant(weights["embeddings.word_embeddings.weight"].astype(np.float16))
    x = g.op("Cast", g.op("Gather", words, "ids"), to=TensorProto.FLOAT)
    places = weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
    length = g.op("Shape", "ids")
    x = g.op("Add", x, g.op("Slice", g.constant(places), g.integers(0), length, g.integers(0)))
    x = norm(x, "embeddings.LayerNorm")

    for layer in range(config["num_hidden_layers"]):
        at = f"encoder.layer.{layer}."
        attention = at + "attention.self."
        # Query, key and value in one product; the query carries the division by the root of the head's size.
        share = {"query": np.float32(size**-0.5), "key": np.float32(1), "value": np.float32(1)}
        weight = np.concatenate([weights[attention + n + ".weight"].T * s for n, s in share.items()], axis=1)
        bias = np.concatenate([weights[attention + n + ".bias"] * s for n, s in share.items()])
        parts = g.op("Reshape", g.linear(x, weight, bias), g.integers(0, 3, heads, size))
        parts = g.op("Transpose", parts, perm=[1, 2, 0, 3])
        query, key, value = g.op("Split", parts, g.integers(1, 1, 1), outputs=3, axis=0)
        scores = g.op("MatMul", query, g.op("Transpose", key, perm=[0, 1, 3, 2]))
        mixed = g.op("MatMul", g.op("Softmax", scores, axis=-1), value)
        mixed = g.op("Reshape", g.op("Transpose", mixed, perm=[0, 2, 1, 3]), g.integers(-1, hidden))
        x = norm(g.op("Add", dense(mixed, at + "attention.output.dense"), x), at + "attention.output.LayerNorm")
        inner = g.op("Gelu", dense(x, at + "intermediate.dense"))
        x = norm(g.op("Add", dense(inner, at + "output.dense"), x), at + "output.LayerNorm")

    if pooling == "cls":
        x = g.op("Slice", x, g.integers(0), g.integers(1), g.integers(0))
    else:
        x = g.op("ReduceMean", x, g.integers(0), keepdims=1)
    g.nodes.append(helper.make_node("LpNormalization", [x], ["vec"], axis=-1, p=2))

    graph = helper.make_graph(
        g.nodes,
        "encoder",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, ["length"])],
        [helper.make_tensor_value_info("vec", TensorProto.FLOAT, [1, hidden])],
        g.values,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], producer_name="sheaf")
    model.ir_version = 9
    onnx.checker.check_model(model)
    return model


def convert(weights_path, config_path, pooling, target):
    with open(config_path, encoding="utf-8") as file:
        config = json.load(file)
    model = encoder(read_safetensors(weights_path), config, pooling)
    with open(target, "wb") as file:
        file.write(model.SerializeToString(deterministic=True))
