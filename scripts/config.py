"""The configuration of a model's training: one TOML file, such as `models/ner/train.toml`.

It says which windows are drawn from which texts (`pool`), which networks are trained on them one after the other (`run`,
in this order), and which weights the model is made of (`model`). A key that is not known here is an error: a misspelt
setting would otherwise train another model than the one meant.
"""

from __future__ import annotations

import dataclasses
import tomllib
import types
import typing
from dataclasses import dataclass, field
from pathlib import Path

from encoding import CONTEXT

BASES = ("minilm", "mpnet")
"""Encoders that networks are begun from (`scripts/bases.py`)."""


class ConfigError(Exception):
    """A configuration that cannot be used; the message names the file and the key."""


@dataclass
class Augment:
    """Shares of windows or documents that are changed before the model reads them."""

    lower: float = 0.0
    """Windows all in lower case."""
    upper: float = 0.0
    """Windows all in upper case."""
    headline: float = 0.0
    """Sentences in the casing of a headline: every word of four letters or more with a capital."""
    names: float = 0.0
    """Documents in which half of the names are replaced by others of their type."""
    places: float = 0.5
    """The share of replaced places whose new name comes from the gazetteer rather than from the corpora."""
    masked: float = 0.0
    """Words hidden behind [MASK]."""


@dataclass
class Pool:
    """The windows that all runs of a model learn from, drawn once. At inference every window is whole."""

    data: dict[str, float]
    """Corpus to the number of times that a draw reads it; the fraction of a number is a chance for each document."""
    draws: int
    """How often the labelled corpora are drawn, each time with other changes."""
    readings: int = 0
    """How often the texts without labels are drawn; 0 for a model that learns from labels alone."""
    new: float = 0.1
    """The chance that a sentence begins a new window although it would fit."""
    context: int = CONTEXT
    """Tokens of context before each window."""
    alone: list[float] = field(default_factory=lambda: [0.25])
    """The share of documents that are cut without that context, one for each draw in turn, and for each of the parts in which
    texts without labels are drawn."""
    augment: Augment = field(default_factory=Augment)
    dev: list[str] = field(default_factory=lambda: ["conll2003.dev", "worldwide.dev"])
    """Corpora that choose the weights of a run."""
    seed: int = 1


@dataclass
class Run:
    """One network, and how it is trained: AdamW, a linear warm-up and a linear way down to zero."""

    start: str
    """A base, or an earlier run, whose best weights are taken."""
    steps: int
    rate: float
    """Learning rate of the encoder."""
    layers: list[int] | None = None
    """The encoder layers kept from the start; all if not given."""
    activation: typing.Literal["gelu", "relu"] | None = None
    """Of the layers; that of the start if not given."""
    teachers: list[str] = field(default_factory=list)
    """Earlier runs whose probabilities are learnt from beside the labels: their mean."""
    weight: float = 0.8
    """The teachers' share of the loss; the rest are the labels."""
    temperature: float = 2.0
    """Both distributions are softened by it (Hinton et al. 2015)."""
    tokens: int = 1024
    """Tokens a batch, about."""
    fresh: float = 5.0
    """How many times the rate the head and the case embedding learn at."""
    by_layer: float = 1.0
    """Factor of the rate from a layer to the one below."""
    warm_up: float = 0.05
    """Share of the steps."""
    decay: float = 0.01
    dropout: float = 0.1
    average: float = 0.998
    """Decay of the moving average of the weights, which is scored beside the weights themselves."""
    evaluations: int = 5
    """How often the dev corpora are scored, evenly; the best weights are the run's."""
    context: int = CONTEXT
    """Of the dev windows that decide."""
    seed: int = 1


@dataclass
class Model:
    """What the model is."""

    average: dict[str, float]
    """Runs and their shares: networks that were trained on from common weights can be averaged."""


@dataclass
class Config:
    """The training of one model."""

    pool: Pool
    run: dict[str, Run]
    model: Model


def read(path: Path) -> Config:
    """Reads a configuration."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: {error}") from error
    config = _build(Config, given, str(path), "")
    for fault in _faults(config):
        raise ConfigError(f"{path}: {fault}")
    return config


def _faults(config: Config) -> typing.Iterator[str]:
    """What no run can be made of, though every value is of its type."""
    pool = config.pool
    if pool.draws < 1 or pool.readings < 0:
        yield "pool.draws must be at least 1, pool.readings at least 0"
    for name in ("alone", "dev", "data"):
        if not getattr(pool, name):
            yield f"pool.{name} is empty"
    shares = {"pool.new": pool.new} | {f"pool.alone[{n}]": share for n, share in enumerate(pool.alone)}
    yield from _outside(shares | {f"pool.augment.{name}": share for name, share in vars(pool.augment).items()}, 0, 1)
    if not 0 <= pool.context <= CONTEXT:
        yield f"pool.context must be 0 to {CONTEXT}"
    earlier: list[str] = []
    for name, run in config.run.items():
        key = f"run.{name}"
        if name in (*BASES, "pool"):
            yield f"{key} has a name that is taken: {', '.join((*BASES, 'pool'))} mean something else"
        for used, known in ((run.start, [*BASES, *earlier]), *((teacher, earlier) for teacher in run.teachers)):
            if used not in known:
                yield f"{key} needs {used!r}, which is not before it; there are {', '.join(known) or 'none'}"
        if min(run.steps, run.evaluations, run.tokens) < 1:
            yield f"{key}.steps, {key}.evaluations and {key}.tokens must be at least 1"
        yield from _outside({f"{key}.weight": run.weight, f"{key}.average": run.average}, 0, 1)
        yield from _outside({f"{key}.dropout": run.dropout}, 0, 0.9)
        yield from _outside({f"{key}.temperature": run.temperature}, 0.1, 100)
        if run.layers == []:
            yield f"{key}.layers is empty"
        if not 0 <= run.warm_up < 1:
            yield f"{key}.warm_up must be at least 0 and less than 1"
        if run.context not in (0, pool.context):
            yield f"{key}.context must be 0 or that of the pool, {pool.context}"
        earlier.append(name)
    unknown = [name for name in config.model.average if name not in earlier]
    if unknown:
        yield f"model.average names {unknown[0]!r}, which is no run"
    if abs(sum(config.model.average.values()) - 1) > 1e-6:
        yield "the shares of model.average must add up to 1"


def _outside(values: dict[str, float], least: float, most: float) -> typing.Iterator[str]:
    """What does not lie between two numbers."""
    for key, value in values.items():
        if not least <= value <= most:
            yield f"{key} is {value:g}, not in {least:g} to {most:g}"


def _build(kind: type, given: dict, path: str, prefix: str):
    hints = typing.get_type_hints(kind)
    fields = {f.name: f for f in dataclasses.fields(kind)}
    for key in given:
        if key not in fields:
            raise ConfigError(f"{path}: unknown key {prefix}{key}; known are {', '.join(prefix + f for f in fields)}")
    for name, f in fields.items():
        if name not in given and f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING:
            raise ConfigError(f"{path}: {prefix}{name} is missing")
    return kind(**{key: _value(hints[key], value, path, prefix + key) for key, value in given.items()})


def _value(hint, value, path: str, key: str):
    """`value` as the type that the field wants."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        hint = next(h for h in typing.get_args(hint) if h is not type(None))
    if typing.get_origin(hint) is typing.Literal:
        if value in typing.get_args(hint):
            return value
        raise ConfigError(f"{path}: {key} is {value!r}; expected one of {', '.join(typing.get_args(hint))}")
    if dataclasses.is_dataclass(hint):
        if isinstance(value, dict):
            return _build(hint, value, path, f"{key}.")
    elif typing.get_origin(hint) is dict:
        of = typing.get_args(hint)[1]
        if isinstance(value, dict):
            return {name: _value(of, v, path, f"{key}.{name}") for name, v in value.items()}
    elif typing.get_origin(hint) is list:
        of = typing.get_args(hint)[0]
        if isinstance(value, list):
            return [_value(of, v, path, key) for v in value]
    elif hint is float and type(value) in (int, float):
        return float(value)
    elif type(value) is hint:
        return value
    wanted = getattr(hint, "__name__", str(hint))
    raise ConfigError(f"{path}: {key} is {value!r}; expected {wanted}")
