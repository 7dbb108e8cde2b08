"""Revisions, the event log and watch: one store a cluster, in memory, with a journal that may be durable.

Nothing here knows of HTTP, kinds or validation: a record is a key, a revision and an object.
"""

from karmada_nb.engine.store.journal import Journal, NullJournal
from karmada_nb.engine.store.store import Store
from karmada_nb.engine.store.types import Change, Expired, Record, StoreKey

__all__ = ["Change", "Expired", "Journal", "NullJournal", "Record", "Store", "StoreKey"]
