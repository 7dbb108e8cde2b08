"""The Karmada API as data: which kinds there are, their fields, columns and versions, in both editions.

The facts lie in ``facts/<edition>/<group>.jsonl``. A line is a ``type`` (fields by name), a ``kind`` (a
CustomResourceDefinition) or an ``aggregated`` kind (served beside the API server). A field is a type
expression, or a list of expression, further schema keywords, and a description:

    string int32 int64 integer boolean number   scalars
    time quantity int-or-string                 strings and numbers with a meaning
    object raw any                              free objects: pruned, kept, of any JSON type
    Name [Name] {Name}                          a type, a list, a map
    Name!                                       required
"""

from karmada_nb.engine.karmada.api.crds import custom_resource_definitions

__all__ = ["custom_resource_definitions"]
