"""A topic as a plain Kafka client sees it."""

from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition


def messages(bootstrap, topic):
    """All committed messages of a topic, in its order."""
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "test", "isolation.level": "read_committed",
                         "enable.partition.eof": True, "enable.auto.commit": False})
    consumer.assign([TopicPartition(topic, 0, 0)])
    found = []
    while True:
        message = consumer.poll(30)
        assert message is not None, "the broker does not answer"
        if message.error() and message.error().code() == KafkaError._PARTITION_EOF:
            break
        assert not message.error(), message.error()
        found.append(message)
    consumer.close()
    return found


def plain(message):
    """A message as [key, value, headers], to be changed and written elsewhere."""
    return [message.key(), message.value(), list(message.headers() or [])]


def write(bootstrap, topic, written):
    producer = Producer({"bootstrap.servers": bootstrap})
    for key, value, headers in written:
        producer.produce(topic, key=key, value=value, headers=headers, partition=0)
    assert producer.flush(30) == 0
