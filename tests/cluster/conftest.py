import pytest

from nodes import Brokers, Cluster


@pytest.fixture(scope="session")
def brokers(tmp_path_factory):
    brokers = Brokers(tmp_path_factory.mktemp("brokers"))
    yield brokers
    brokers.stop()


def up(cluster):
    try:
        cluster.start(3)
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture
def cluster(tmp_path, brokers):
    """Three nodes that are up, with one that owns the log."""
    yield from up(Cluster(tmp_path, brokers))


@pytest.fixture
def linked(tmp_path, brokers):
    """The same, each node with a way of its own to the brokers."""
    yield from up(Cluster(tmp_path, brokers, linked=True))
