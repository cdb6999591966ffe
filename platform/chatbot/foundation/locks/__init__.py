"""One at a time per key: within a process, or over all replicas through Redis."""

from chatbot.foundation.locks.in_process import InProcessLocks
from chatbot.foundation.locks.interface import Locks
from chatbot.foundation.locks.through_redis import RedisLocks

__all__ = ["InProcessLocks", "Locks", "RedisLocks", "create_locks"]


def create_locks(redis_url: str, *, key_prefix: str = "chatbot:lock:") -> Locks:
    """Through Redis where a URL is set, in process otherwise. Nothing is connected yet."""
    return RedisLocks(redis_url, key_prefix=key_prefix) if redis_url else InProcessLocks()
