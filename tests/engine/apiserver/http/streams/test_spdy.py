"""SPDY/3.1 frames from the other side, by hand."""

from __future__ import annotations

import asyncio
import struct
import zlib

import pytest

from karmada_nb.engine.apiserver.http.streams.spdy import DICTIONARY, ProtocolError, Session


class Peer:
    """A client: it makes frames, and keeps what the server sends."""

    def __init__(self) -> None:
        self.sent = bytearray()
        self.session = Session(self._take)
        self._deflate = zlib.compressobj(zdict=DICTIONARY)

    async def _take(self, data: bytes) -> None:
        self.sent += data

    def control(self, kind: int, body: bytes, flags: int = 0) -> bytes:
        return struct.pack(">HHI", 0x8003, kind, flags << 24 | len(body)) + body

    def open(self, number: int, **headers: str) -> bytes:
        block = struct.pack(">I", len(headers))
        for name, value in headers.items():
            for part in (name, value):
                block += struct.pack(">I", len(part)) + part.encode()
        packed = self._deflate.compress(block) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
        return self.control(1, struct.pack(">IIBB", number, 0, 0, 0) + packed)

    def data(self, number: int, data: bytes, flags: int = 0) -> bytes:
        return struct.pack(">II", number, flags << 24 | len(data)) + data


def test_the_dictionary_is_the_drafts() -> None:
    """The draft's dictionary has 1423 bytes and the identifier 0xe3c6a7c2."""
    assert (len(DICTIONARY), zlib.adler32(DICTIONARY)) == (1423, 0xE3C6A7C2)


@pytest.mark.parametrize("step", [1, 7, 10_000], ids=["byte by byte", "in pieces", "at once"])
async def test_streams_open_carry_and_end(step: int) -> None:
    peer = Peer()
    frames = (
        peer.open(1, streamtype="error", port="80")
        + peer.open(3, streamtype="data", port="80")
        + peer.data(3, b"hello ")
        + peer.data(3, b"world", flags=1)
    )
    for at in range(0, len(frames), step):
        peer.session.feed(frames[at : at + step])
    error, data = await peer.session.accept(), await peer.session.accept()
    assert error is not None
    assert data is not None
    assert (error.headers["streamtype"], data.headers) == ("error", {"streamtype": "data", "port": "80"})
    assert [await data.read(), await data.read(), await data.read()] == [b"hello ", b"world", b""]
    assert [peer.sent[:4], peer.sent.count(struct.pack(">HH", 0x8003, 2))] == [b"\x80\x03\x00\x02", 2]
    peer.sent.clear()
    await data.write(b"back")
    await data.close()
    assert bytes(peer.sent) == peer.data(3, b"back") + peer.data(3, b"", flags=1)


async def test_pings_come_back() -> None:
    peer = Peer()
    waiting = asyncio.get_running_loop().create_task(peer.session.accept())
    await asyncio.sleep(0)
    ping = peer.control(6, struct.pack(">I", 1))
    peer.session.feed(ping)
    await asyncio.sleep(0)
    assert bytes(peer.sent) == ping
    peer.session.close()
    assert await waiting is None


async def test_the_end_of_the_connection_ends_every_stream() -> None:
    peer = Peer()
    peer.session.feed(peer.open(1, streamtype="stdin"))
    stream = await peer.session.accept()
    assert stream is not None
    peer.session.close()
    assert await stream.read() == b""
    assert await peer.session.accept() is None


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\n\r\n" + b"x" * 64,
        struct.pack(">HHI", 0x8002, 1, 0),
        struct.pack(">II", 1, 0xFFFFFF),
    ],
)
def test_what_is_no_spdy_is_refused_or_waited_for(data: bytes) -> None:
    peer = Peer()
    try:
        peer.session.feed(data)
    except ProtocolError:
        return
    assert not peer.sent


def test_broken_headers_are_refused() -> None:
    peer = Peer()
    with pytest.raises(ProtocolError):
        peer.session.feed(peer.control(1, struct.pack(">IIBB", 1, 0, 0, 0) + b"junk"))
