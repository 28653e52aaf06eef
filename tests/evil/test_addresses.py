"""Addresses and names that try to lead inside. Nothing is connected: look-ups and sockets are stubs."""

import asyncio
import json
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from nashra.base.net import AllowList, Client, FetchError, Request, judge_url

HERE = Path(__file__).parent
ADDRESSES: list[dict[str, Any]] = json.loads((HERE / "data" / "addresses.json").read_text("utf-8"))
NAMES: list[dict[str, Any]] = json.loads((HERE / "data" / "names.json").read_text("utf-8"))
NOTHING = AllowList()


class Outside:
    """Stands where the network would be: answers look-ups from a list and notes where a connection would go."""

    def __init__(self, answers: Sequence[Any]) -> None:
        self.answers = list(answers)
        self.lookups = 0
        self.connections: list[str] = []

    async def lookup(self, host: str, port: int) -> list[str]:
        answer = self.answers[min(self.lookups, len(self.answers) - 1)]
        self.lookups += 1
        if answer == "timeout":
            await asyncio.get_running_loop().create_future()
        return list(answer)

    def open_socket(self, info: Any) -> socket.socket:
        self.connections.append(info[4][0])
        raise ConnectionRefusedError("nothing leaves this machine")


async def ended(outside: Outside, address: str, **options: Any) -> FetchError:
    """The error that ends a fetch on a network that refuses every connection."""
    async with Client(allow=NOTHING, resolver=outside.lookup, open_socket=outside.open_socket) as client:
        with pytest.raises(FetchError) as caught:
            await client.fetch(Request(address, **options))
    return caught.value


def written(address: str) -> str:
    """An address of the data file as a program meets it."""
    return address.replace("{{INSIDE_PORT}}", "8100").replace("\\r\\n", "\r\n")


@pytest.mark.parametrize("case", ADDRESSES, ids=lambda case: str(case["why"]))
def test_an_address_is_judged_right_before_anything_is_fetched(case: dict[str, Any]) -> None:
    assert (judge_url(written(case["address"]), NOTHING) is None) is case["allowed"]


@pytest.mark.parametrize("case", ADDRESSES, ids=lambda case: str(case["why"]))
def test_a_socket_is_opened_for_permitted_addresses_alone(case: dict[str, Any]) -> None:
    outside = Outside([["93.184.216.34"]])
    error = asyncio.run(ended(outside, written(case["address"])))
    if case["allowed"]:
        assert (error.code, len(outside.connections)) == ("connect", 1)
    else:
        assert (error.code, outside.connections) == ("blocked-address", [])


@pytest.mark.parametrize("case", NAMES, ids=lambda case: str(case["host"]))
def test_a_connection_goes_to_a_judged_public_address_or_nowhere(case: dict[str, Any]) -> None:
    outside = Outside(case["answers"])
    error = asyncio.run(ended(outside, f"http://{case['host']}/feed", timeout=0.5))
    assert set(outside.connections) <= {"93.184.216.34"}
    assert error.code == {"rebind.example": "connect", "both.example": "connect", "hang.example": "timeout"}.get(
        case["host"], "blocked-address"
    )


def test_a_name_that_turns_inside_between_two_fetches_is_refused_the_second_time() -> None:
    outside = Outside(NAMES[0]["answers"])

    async def twice() -> list[str]:
        return [(await ended(outside, "http://rebind.example/")).code for _ in range(2)]

    assert asyncio.run(twice()) == ["connect", "blocked-address"]
    assert outside.connections == ["93.184.216.34"]


def test_the_last_look_before_a_connection_refuses_what_nobody_judged() -> None:
    outside = Outside([])
    door = Client(allow=AllowList.parse(("127.0.0.1:8099",)), open_socket=outside.open_socket)
    for ip, port in (("127.0.0.1", 8100), ("10.0.0.7", 8099), ("169.254.169.254", 80)):
        with pytest.raises(PermissionError):
            door._judged_socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)))
    with pytest.raises(ConnectionRefusedError):
        door._judged_socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 8099)))
    assert outside.connections == ["127.0.0.1"]
