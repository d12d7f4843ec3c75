"""Many readers of the stream at once, over the hand-over from replay to live."""

import threading

from stream_readers import Readers

STREAMS = 200


def test_200_streams_from_every_place_see_the_same_events_once_and_in_order_while_writers_write(node):
    parent = node.system_model()["id"]
    reader = node.token("acme", "models:read events:read")
    for number in range(40):
        node.user_model(parent, f"Before {number}")
    written = []

    def write(name):
        link = node.connection()
        for number in range(60):
            answer = node.request("POST", "/v1/models", {"parentModelId": parent, "displayName": f"{name} {number}"},
                                  node.token(), connection=link)
            assert answer.status == 201, answer
            written.append(int(answer.headers["Almanac-Position"]))

    writers = [threading.Thread(target=write, args=(f"Writer {number}",)) for number in range(2)]
    for writer in writers:
        writer.start()
    while len(written) < 5:
        pass
    with Readers(node.address, reader, [number % 45 for number in range(STREAMS)]) as readers:
        opened_after = len(written)
        for writer in writers:
            writer.join()
        readers.wait_for(max(written))
    whole = [int(event["sequence"]) for event in node.get("/v1/events?limit=1000", reader).json()]
    assert len(whole) == 161 and opened_after < 120, "the streams were opened among the writes"
    for stream in readers.readers:
        assert stream.positions() == [position for position in whole if position > stream.after]
