"""Reads a topic by the CloudEvents SDK for Python alone: its attributes and data, one JSON object a line. Runs in a venv."""

import json
import sys

from cloudevents.kafka import KafkaMessage, from_binary
from confluent_kafka import Consumer, KafkaError, TopicPartition

bootstrap, topic = sys.argv[1:]
consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "sdk", "isolation.level": "read_committed",
                     "enable.partition.eof": True, "enable.auto.commit": False})
consumer.assign([TopicPartition(topic, 0, 0)])
while True:
    message = consumer.poll(30)
    if message is None:
        sys.exit("the broker does not answer")
    if message.error() and message.error().code() == KafkaError._PARTITION_EOF:
        break
    event = from_binary(KafkaMessage(headers=dict(message.headers()), key=message.key().decode(), value=message.value()))
    print(json.dumps({"attributes": dict(event.get_attributes()), "data": event.get_data()}))
consumer.close()
