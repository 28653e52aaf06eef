"""The one door out to the network: judged addresses, bounded answers, sentences for what went wrong."""

from nashra.base.net.addresses import judge, judge_url, read_url, without_credentials
from nashra.base.net.allow import AllowList
from nashra.base.net.batch import fetch_many, fetch_one
from nashra.base.net.client import Client, user_agent
from nashra.base.net.errors import CODES, FetchError, Refusal, describe
from nashra.base.net.messages import Request, Response
from nashra.base.net.networks import judge_host
from nashra.base.net.resolver import Lookup

__all__ = [
    "CODES",
    "AllowList",
    "Client",
    "FetchError",
    "Lookup",
    "Refusal",
    "Request",
    "Response",
    "describe",
    "fetch_many",
    "fetch_one",
    "judge",
    "judge_host",
    "judge_url",
    "read_url",
    "user_agent",
    "without_credentials",
]
