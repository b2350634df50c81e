"""Tagging on Ray: an actor with a tagger, for `map_batches`.

    ds.map_batches(dateline.ray.Tagger, batch_format="pyarrow", batch_size=512, concurrency=4)

Leave a CPU of the cluster to what comes before: where actors take them all, Ray's tasks that read and cut the rows wait for
ever.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import dateline

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Tagger"]


class Tagger:
    """Tags batches of a dataset. It has as many threads as its actor has CPUs, and at least one.

    Arguments are given by `fn_constructor_kwargs`. Say `batch_format="pyarrow"`, and a `batch_size`: without one, Ray gives a
    whole block at once.

    Args:
        text, id, metadata, column, flat: as for `dateline.Tagger.tag_arrow`.
        options: the arguments of `dateline.Tagger`.
    """

    def __init__(
        self,
        text: str | Sequence[str] = "text",
        *,
        id: str = "id",
        metadata: str | Sequence[str] | None = None,
        column: str | None = None,
        flat: bool = False,
        **options: Any,
    ) -> None:
        self._reading: dict[str, Any] = {"text": text, "id": id, "metadata": metadata, "column": column, "flat": flat}
        self._tagger = dateline.Tagger(**{"threads": _cpus(), **options})

    def __call__(self, batch: "pa.Table") -> "pa.Table":
        # Ray takes tables, and refuses record batches.
        return self._tagger.tag_arrow(batch, **self._reading).to_pyarrow()


def _cpus() -> int:
    import ray

    if not ray.is_initialized():
        return 1
    context: Any = ray.get_runtime_context()
    given = context.get_assigned_resources().get("CPU", 1)
    return max(1, int(given))
