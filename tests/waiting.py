"""For what another process does at a time of its own, and tells nobody."""

import time


def wait_until(holds, seconds=30, told=lambda: "it did not come about"):
    """Asks until it holds, and returns what was said then; past the time it fails with what `told` says."""
    end = time.monotonic() + seconds
    while True:
        seen = holds()
        if seen:
            return seen
        assert time.monotonic() < end, told()
        time.sleep(0.02)
