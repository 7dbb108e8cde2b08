"""Pod addresses: one /24 a node, as k3s gives them out."""


class Addresses:
    """The free addresses of one node. ``prefix`` is three octets, for example ``10.42.1``."""

    FIRST, LAST = 2, 254

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._next = self.FIRST
        self._used: set[int] = set()

    @property
    def cidr(self) -> str:
        return f"{self._prefix}.0/24"

    def take(self) -> str:
        """A free address, not one that was freed just now. Raises OSError when there is none."""
        for _ in range(self.FIRST, self.LAST + 1):
            number = self._next
            self._next = number + 1 if number < self.LAST else self.FIRST
            if number not in self._used:
                self._used.add(number)
                return f"{self._prefix}.{number}"
        raise OSError(f"no IP addresses available in range set: {self._prefix}.1-{self._prefix}.254")

    def claim(self, ip: str) -> None:
        """``ip`` is in use already."""
        prefix, _, number = ip.rpartition(".")
        if prefix == self._prefix:
            self._used.add(int(number))

    def free(self, ip: str) -> None:
        prefix, _, number = ip.rpartition(".")
        if prefix == self._prefix:
            self._used.discard(int(number))
