import subprocess

import pytest

from running_node import Node


@pytest.fixture
def node(tmp_path):
    running = Node(tmp_path).start()
    yield running
    running.stop()


@pytest.fixture
def mounted(tmp_path):
    """Mounts a small file system of its own. Skips where that is not allowed, and only there."""
    places = []

    def mount(name, options):
        place = tmp_path / name
        place.mkdir(exist_ok=True)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", place], capture_output=True, text=True)
        if "permission denied" in done.stderr or "must be superuser" in done.stderr:
            pytest.skip(f"no right to mount a small disk: {done.stderr.strip()}")
        assert done.returncode == 0, done.stderr
        places.append(place)
        return place

    yield mount
    for place in places:
        subprocess.run(["umount", "-l", place], check=True)
