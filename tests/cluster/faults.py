"""What can go wrong, once each, while clients go on."""

import signal
import time

LEASE = 6  # seconds after which a member of the group that says nothing is replaced


def owner_killed(cluster):
    owner = cluster.await_owner()
    owner.kill()
    cluster.await_owner()
    time.sleep(1)
    owner.start()


def owner_paused(cluster):
    """Past its lease; then it wakes, believing that nothing happened."""
    owner = cluster.await_owner()
    owner.process.send_signal(signal.SIGSTOP)
    cluster.await_owner(other_than=owner)
    time.sleep(1)
    owner.process.send_signal(signal.SIGCONT)


def owner_cut_off(cluster):
    """From the brokers alone: clients and the other nodes still reach it. Then what it sent meanwhile arrives."""
    owner = cluster.await_owner()
    cluster.link(owner).cut()
    cluster.await_owner(other_than=owner)
    time.sleep(2)
    cluster.link(owner).mend()


def replica_cut_off(cluster):
    owner = cluster.await_owner()
    replica = next(node for node in cluster.living() if node is not owner)
    cluster.link(replica).cut()
    time.sleep(LEASE + 2)
    cluster.link(replica).mend()


def broker_killed(cluster):
    """The one that leads the log."""
    number = cluster.brokers.leader(cluster.topic)
    cluster.brokers.signal(signal.SIGKILL, number)
    time.sleep(2)
    cluster.brokers.again(number)


def broker_paused(cluster):
    """The one that leads the log, for longer than a node waits for an append."""
    number = cluster.brokers.leader(cluster.topic)
    cluster.brokers.signal(signal.SIGSTOP, number)
    time.sleep(12)
    cluster.brokers.signal(signal.SIGCONT, number)


def owner_stopped(cluster):
    owner = cluster.await_owner()
    assert owner.stop() == 0
    cluster.await_owner()
    time.sleep(1)
    owner.start()


def rolling_restart(cluster):
    for node in cluster.nodes:
        assert node.stop() == 0
        cluster.await_owner()
        node.start()


EVERY = [owner_killed, owner_paused, owner_cut_off, replica_cut_off, broker_killed, broker_paused, owner_stopped,
         rolling_restart]


def suffer(cluster, clients, fault):
    """Clients before, while and after; they have ended, and somebody owns the log again."""
    time.sleep(1)
    try:
        fault(cluster)
        cluster.await_owner(60)
        time.sleep(1.5)
    finally:
        clients.stop()
