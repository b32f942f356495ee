"""The page that Prometheus reads. Its library is imported with this module: with the first look, not with the start."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.utils import timezone
from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from lib.figures import Counted, Level, Spread, Tally, known
from operations.metrics.stored import stored

log = logging.getLogger(__name__)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def page() -> bytes:
    """All figures, with those of the process itself (memory, processor, files) where the system tells them."""
    registry = CollectorRegistry(auto_describe=False)
    ProcessCollector(registry=registry)
    registry.register(_Everything())
    return generate_latest(registry)


class _Everything(Collector):
    def collect(self) -> Iterator[Metric]:
        about = {
            "version": settings.VERSION,
            "database": connection.vendor,
            "redis": str(bool(settings.REDIS_URL)).lower(),
        }
        yield _gauge("salesagent_info", "What runs here", {tuple(about.values()): 1.0}, tuple(about))
        for figure in known():
            yield from _of(figure)
        yield from _of_what_is_stored()


def _of(figure: Counted) -> Iterator[Metric]:
    if isinstance(figure, Level):
        yield _gauge(figure.name, figure.words, figure.counts(), figure.by)
    elif isinstance(figure, Tally):
        counter = CounterMetricFamily(figure.name, figure.words, labels=figure.by)
        for values, count in (figure.counts() or _nothing_yet(figure)).items():
            counter.add_metric(values, count)
        yield counter
    elif isinstance(figure, Spread):
        histogram = HistogramMetricFamily(figure.name, figure.words, labels=figure.by)
        for values, (counts, total_s) in figure.counts().items():
            histogram.add_metric(values, list(_buckets(figure, counts)), total_s)
        yield histogram


def _nothing_yet(figure: Counted) -> dict[tuple[str, ...], float]:
    """A figure without labels begins with 0, so that a rate of it is known from the first time on."""
    return {} if figure.by else {(): 0.0}


def _buckets(figure: Spread, counts: list[int]) -> Iterator[tuple[str, float]]:
    sum_so_far = 0
    for bound, count in zip((*map(str, figure.bounds), "+Inf"), counts, strict=True):
        sum_so_far += count
        yield bound, sum_so_far


def _of_what_is_stored() -> Iterator[Metric]:
    """With the database away the figures of the process are told all the same."""
    begun = time.monotonic()
    try:
        found = list(stored(timezone.now()))
    except DatabaseError as error:
        log.warning("figures of what is stored could not be read: %s", type(error).__name__)
        found = []
    yield _gauge("salesagent_database_up", "Whether the database answered", {(): float(bool(found))}, ())
    took_s = time.monotonic() - begun
    yield _gauge("salesagent_gathering_seconds", "How long the database took for this page", {(): took_s}, ())
    for each in found:
        by = () if "" in each.values else ("state",)
        yield _gauge(each.name, each.words, {(state,) if by else (): count for state, count in each.values.items()}, by)


def _gauge(name: str, words: str, values: dict[tuple[str, ...], float], by: tuple[str, ...]) -> Metric:
    gauge = GaugeMetricFamily(name, words, labels=by)
    for labels, value in values.items():
        gauge.add_metric(labels, value)
    return gauge
