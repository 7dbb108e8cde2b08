"""What a user reads when metadata is malformed (texts of a v1.36 API server)."""

from karmada_nb.engine.apiserver.validation import names
from karmada_nb.engine.apiserver.validation.metadata import validate_metadata, validate_metadata_update
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

KEY_RULE = (
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)


def check(metadata: Object, *, builtin: bool = True) -> list[tuple[str, str]]:
    obj = {"metadata": {"namespace": "demo", **metadata}}
    causes = validate_metadata(obj, True, names.dns_subdomain, builtin=builtin)
    return [(cause.field, cause.message) for cause in causes]


def test_a_good_object_has_no_complaint() -> None:
    assert check({"name": "a.b-c", "labels": {"app.kubernetes.io/name": "A_b.c", "empty": ""}}) == []


def test_a_name_is_required() -> None:
    assert check({}) == [("metadata.name", "Required value: name or generateName is required")]


def test_a_prefix_may_end_in_a_dash() -> None:
    assert check({"name": "web-abcde", "generateName": "web-"}) == []


def test_upper_case_is_not_a_subdomain() -> None:
    assert check({"name": "Upper"}) == [
        (
            "metadata.name",
            'Invalid value: "Upper": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric '
            "characters, '-' or '.', and must start and end with an alphanumeric character "
            "(e.g. 'example.com', "
            r"regex used for validation is "
            r"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
        )
    ]


def test_labels_of_every_wrong_form() -> None:
    assert check({"name": "x", "labels": {"/x": "v"}}) == [
        ("metadata.labels", 'Invalid value: "/x": prefix part must be non-empty')
    ]
    assert check({"name": "x", "labels": {"a b": "v"}}) == [
        ("metadata.labels", f'Invalid value: "a b": name part {KEY_RULE}')
    ]
    assert check({"name": "x", "labels": {"a/b/c": "v"}})[0][1].endswith(
        " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
    )


def test_annotation_keys_may_be_in_upper_case() -> None:
    assert check({"name": "x", "annotations": {"UP.example.com/X": "anything at all"}}) == []


def test_annotations_have_a_total_size() -> None:
    found = check({"name": "x", "annotations": {"a": "x" * 200_000, "b": "x" * 100_000}})
    assert found == [("metadata.annotations", "Too long: may not be more than 262144 bytes")]


def test_a_finalizer_of_a_builtin_kind_is_known_or_qualified() -> None:
    unknown = 'Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified'
    assert check({"name": "x", "finalizers": ["mine"]}) == [("metadata.finalizers[0]", unknown)]
    assert check({"name": "x", "finalizers": ["mine"]}, builtin=False) == []
    assert check({"name": "x", "finalizers": ["foregroundDeletion", "a.io/b"]}) == []


def test_an_owner_needs_a_uid() -> None:
    owner = {"apiVersion": "v1", "kind": "Pod", "name": "x"}
    assert check({"name": "x", "ownerReferences": [owner]}) == [
        ("metadata.ownerReferences.uid", 'Invalid value: "": must not be empty')
    ]


def test_one_owner_controls() -> None:
    owners = [
        {"apiVersion": "v1", "kind": "Pod", "name": n, "uid": u, "controller": True}
        for n, u in (("x", "u1"), ("y", "u2"))
    ]
    assert check({"name": "x", "ownerReferences": owners}) == [
        (
            "metadata.ownerReferences",
            'Invalid value: [{"apiVersion":"v1","kind":"Pod","name":"x","uid":"u1","controller":true},'
            '{"apiVersion":"v1","kind":"Pod","name":"y","uid":"u2","controller":true}]: Only one '
            'reference can have Controller set to true. Found "true" in references for Pod/x and Pod/y',
        )
    ]


def test_what_an_update_may_not_change() -> None:
    old = {"metadata": {"name": "a", "uid": "1", "resourceVersion": "5", "creationTimestamp": "t"}}
    new = {"metadata": {"name": "a", "uid": "2", "resourceVersion": "5", "creationTimestamp": "t"}}
    assert validate_metadata_update(new, old) == [
        Cause("metadata.uid", "FieldValueInvalid", 'Invalid value: "2": field is immutable')
    ]


def test_no_new_finalizers_on_the_way_out() -> None:
    old = {"metadata": {"name": "a", "resourceVersion": "5", "deletionTimestamp": "t", "finalizers": ["a/b"]}}
    new = {"metadata": {**old["metadata"], "finalizers": ["a/b", "c/d"]}}
    assert [cause.message for cause in validate_metadata_update(new, old)] == [
        "Forbidden: no new finalizers can be added if the object is being deleted, "
        'found new finalizers []string{"c/d"}'
    ]
