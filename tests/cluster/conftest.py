import pytest

from nodes import Brokers, Cluster


@pytest.fixture(scope="session")
def brokers(tmp_path_factory):
    brokers = Brokers(tmp_path_factory.mktemp("brokers"))
    yield brokers
    brokers.stop()


@pytest.fixture
def cluster(tmp_path, brokers):
    """Three nodes that are up, with one that owns the log."""
    cluster = Cluster(tmp_path, brokers)
    for _ in range(3):
        cluster.add()
    cluster.await_owner()
    yield cluster
    cluster.stop()
