import pytest

from running_node import Node


@pytest.fixture
def node(tmp_path):
    running = Node(tmp_path).start()
    yield running
    running.stop()
