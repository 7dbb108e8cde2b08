"""Taking away what an applier no longer names. Follows sigs.k8s.io/structured-merge-diff merge/update.go."""

from karmada_nb.engine.apiserver.patch import fieldset
from karmada_nb.engine.apiserver.patch.combine import remove
from karmada_nb.engine.apiserver.patch.compare import field_set, name_parents
from karmada_nb.engine.apiserver.patch.fieldset import FieldSet
from karmada_nb.engine.apiserver.patch.shape import MISSING
from karmada_nb.engine.apiserver.schema.schema import Schema
from karmada_nb.engine.meta import Object


def prune(schema: Schema, merged: Object, last: FieldSet, owned: FieldSet) -> Object:
    """``merged`` without the members of ``last`` that are not in ``owned``.

    A field or list element goes when the applier had it ``last`` time and nobody owns it or a part of it
    now; what stands below it and belongs to nobody goes with it, unless the applier never had it.
    """
    last = name_parents(schema, last)
    everything = _all(schema, merged)
    kept = _all(schema, _without(schema, merged, last))
    unowned = fieldset.difference(everything, fieldset.union(kept, name_parents(schema, owned)))
    left = _all(schema, _without(schema, merged, unowned))
    return _without(schema, merged, fieldset.intersection(fieldset.difference(everything, left), last))


def _all(schema: Schema, obj: Object) -> FieldSet:
    return name_parents(schema, field_set(schema, obj))


def _without(schema: Schema, obj: Object, fields: FieldSet) -> Object:
    rest = remove(schema, obj, fields)
    return {} if rest is MISSING else rest
