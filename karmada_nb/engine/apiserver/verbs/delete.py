"""delete: at once, after a grace period, or when the last finalizer has gone."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from karmada_nb.engine import errors, meta
from karmada_nb.engine.apiserver.resource import Resource
from karmada_nb.engine.apiserver.verbs import write
from karmada_nb.engine.apiserver.verbs.call import Call, DeleteOptions
from karmada_nb.engine.meta import Object
from karmada_nb.engine.store import Record, StoreKey

ORPHAN: Final = "orphan"
FOREGROUND: Final = "foregroundDeletion"


def delete(
    server: write.Server, resource: Resource, namespace: str, name: str, options: DeleteOptions, call: Call
) -> tuple[Record, bool]:
    """Delete, or begin to. Returns the last record and whether the object is gone. Raises 404, 409, 403."""
    key = StoreKey(resource.storage, namespace, name)
    old = server.store.get(key)
    if old is None:
        raise errors.not_found(resource.group, resource.plural, name)
    _preconditions(resource, old, options)
    if not options.propagation and resource.strategy.default_propagation:
        options = replace(options, propagation=resource.strategy.default_propagation)
        if resource.strategy.orphaning_warning:
            call.warn(resource.strategy.orphaning_warning)
    before = resource.read(old.object)
    attributes = write.attributes(resource, "DELETE", None, before, call, "")
    server.admission.validate(attributes, server.reader)
    obj = _dying(server, resource, before, options)
    metadata = obj["metadata"]
    waits = (
        metadata.get("finalizers")
        or metadata.get("deletionGracePeriodSeconds")
        or resource.strategy.held(obj)
    )
    if not waits:
        if call.dry_run:
            return old, True
        graceful = resource.strategy.graceful
        record = server.store.remove(key, resource.write(obj) if graceful else None)
        server.admission.committed(attributes, server.reader)
        return record, True
    if write.same(obj, before) or call.dry_run:
        return Record(key, old.revision, obj), False
    return server.store.put(key, resource.write(obj)), False


def _dying(server: write.Server, resource: Resource, obj: Object, options: DeleteOptions) -> Object:
    """The object with everything that deletion writes into it."""
    strategy, now = resource.strategy, server.clock.now()
    finalizers = _finalizers(meta.finalizers(obj), options.propagation)
    if not meta.deleting(obj):
        finalizers = [*finalizers, *(f for f in strategy.final_steps if f not in finalizers)]
    grace = strategy.grace_seconds(obj, options.grace_seconds)
    metadata = {**obj["metadata"], "finalizers": finalizers}
    if not finalizers:
        del metadata["finalizers"]
    if "deletionTimestamp" in metadata:
        standing = metadata.get("deletionGracePeriodSeconds", 0)
        if options.grace_seconds is None or grace >= standing:
            return {**obj, "metadata": metadata}
        began = meta.parse_time(metadata["deletionTimestamp"]) - timedelta(seconds=standing)
        metadata["deletionTimestamp"] = meta.rfc3339(began + timedelta(seconds=grace))
    else:
        metadata["deletionTimestamp"] = meta.rfc3339(now + timedelta(seconds=grace))
    metadata["deletionGracePeriodSeconds"] = grace
    if strategy.generational:
        metadata["generation"] = metadata.get("generation", 0) + 1
    return strategy.terminate({**obj, "metadata": metadata})


def _finalizers(finalizers: list[str], propagation: str) -> list[str]:
    """Upstream's shouldOrphanDependents and shouldDeleteDependentsInForeground."""
    if not propagation:
        return finalizers
    kept = [f for f in finalizers if f not in (ORPHAN, FOREGROUND)]
    if propagation == "Orphan":
        return [*kept, ORPHAN]
    return [*kept, FOREGROUND] if propagation == "Foreground" else kept


def _preconditions(resource: Resource, old: Record, options: DeleteOptions) -> None:
    name, uid = old.key.name, meta.uid(old.object)
    if options.uid and options.uid != uid:
        why = (
            f"the UID in the precondition ({options.uid}) does not match the UID in record ({uid}). "
            "The object might have been deleted and then recreated"
        )
        raise errors.conflict(resource.group, resource.kind, name, why)
    if options.resource_version and options.resource_version != str(old.revision):
        why = (
            f"the ResourceVersion in the precondition ({options.resource_version}) does not match "
            f"the ResourceVersion in record ({old.revision}). The object might have been modified"
        )
        raise errors.conflict(resource.group, resource.kind, name, why)
