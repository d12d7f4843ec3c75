#!/usr/bin/python3
"""A stretch of network that a test can cut: carries bytes from ports of its own to others on this machine.

    tests/cluster/link.py LISTEN:TARGET…    says `ready`, then takes a word a line: cut, mend, swallow

`cut` holds everything back, in both directions, and forgets nothing: after `mend` it arrives late, as on a real network.
`swallow` drops the next answer with its connection, once: what was asked was done, and nobody hears of it.
"""

import asyncio
import sys


class Link:
    def __init__(self):
        self.whole = asyncio.Event()
        self.whole.set()
        self.swallows = False

    async def carry(self, source, sink, answers):
        try:
            while data := await source.read(1 << 16):
                await self.whole.wait()
                if answers and self.swallows:
                    self.swallows = False
                    break
                sink.write(data)
                await sink.drain()
            await self.whole.wait()
        except OSError:
            pass

    async def connect(self, target, reader, writer):
        await self.whole.wait()
        try:
            there, back = await asyncio.open_connection("127.0.0.1", target)
        except OSError:
            return writer.close()
        ways = [asyncio.create_task(self.carry(reader, back, False)), asyncio.create_task(self.carry(there, writer, True))]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        back.close()
        writer.close()

    def obey(self, word):
        if word == "cut":
            self.whole.clear()
        elif word == "mend":
            self.whole.set()
        elif word == "swallow":
            self.swallows = True

    async def run(self, pairs):
        for listen, target in pairs:
            await asyncio.start_server(lambda r, w, to=target: self.connect(to, r, w), "127.0.0.1", listen)
        words = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(words), sys.stdin)
        print("ready", flush=True)
        while line := await words.readline():
            self.obey(line.decode().strip())
            print("done", flush=True)


if __name__ == "__main__":
    asyncio.run(Link().run([tuple(map(int, pair.split(":"))) for pair in sys.argv[1:]]))
