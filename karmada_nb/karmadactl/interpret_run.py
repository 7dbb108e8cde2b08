"""``karmadactl interpret --operation``: what one rule makes of objects in files.

Follows pkg/karmadactl/interpret/execute.go and pkg/util/interpreter/rule.go.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from karmada_nb.engine.karmada.interpreter import InterpreterError, Operation
from karmada_nb.engine.karmada.interpreter.declarative import ConfigurableInterpreter
from karmada_nb.engine.karmada.interpreter.declarative.rules import FIELDS
from karmada_nb.engine.karmada.override import yaml_text
from karmada_nb.engine.meta import Object
from karmada_nb.karmadactl.command import Call
from karmada_nb.karmadactl.failures import CommandError
from karmada_nb.karmadactl.interpret_files import KIND, Found, not_one, one, read

Results = list[tuple[str, Any]]


def operation_named(said: str) -> Operation:
    """The operation, in whichever case it is written. Raises CommandError."""
    for operation in FIELDS:
        if operation.lower() == said.lower():
            return operation
    raise CommandError(f"operation {said} is not supported. Use one of: {', '.join(FIELDS)}")


def run_execute(call: Call, operation: Operation, found: list[Found]) -> int:
    """Run the rule and print what it returns. A rule that fails says so, and is no failure of the command."""
    wrong = next((obj for _, obj in found if obj.get("kind") != KIND), None)
    if wrong is not None:
        raise CommandError(f"fail to get customization object: {not_one(wrong)}")
    interpreter = ConfigurableInterpreter(
        [obj for _, obj in found],
        lambda: datetime.now(UTC),
        lambda text: print(text, file=call.out),
    )
    desired = one(call.flags["desired-file"], "desired")
    observed = one(call.flags["observed-file"], "observed")
    status = [item.obj for item in read([call.flags["status-file"]])] if call.flags["status-file"] else None
    try:
        results = execute(interpreter, operation, desired, observed, status, call.flags["desired-replica"])
    except InterpreterError as error:
        call.err.write(f"Execute {operation} error: {error}\n")
        return 0
    for at, (name, value) in enumerate(results, 1):
        call.out.write(f"---\n# [{at}/{len(results)}] {name}:\n{yaml_text.dump(value)}")
    return 0


def execute(
    interpreter: ConfigurableInterpreter,
    operation: Operation,
    desired: Object | None,
    observed: Object | None,
    status: Sequence[Object] | None,
    replica: int,
) -> Results:
    """What the rule returns, by name. Raises InterpreterError, for arguments that are missing too."""
    if operation == Operation.RETAIN:
        for name, obj in (("desired", desired), ("observed", observed)):
            if obj is None:
                raise InterpreterError(f"{name}, {name}-file options are not set")
        assert desired is not None
        assert observed is not None
        _must_be_enabled(interpreter, operation, desired)
        return [("retained", interpreter.retain(desired, observed))]
    if desired is not None and observed is not None:
        raise InterpreterError("you can not specify both desired-file and observed-file options")
    obj = observed if desired is None else desired
    if obj is None:
        raise InterpreterError("desired-file, observed-file options are not set")
    _must_be_enabled(interpreter, operation, obj)
    match operation:
        case Operation.INTERPRET_REPLICA:
            count, requires = interpreter.get_replicas(obj)
            return [("replica", count), ("requires", requires)]
        case Operation.INTERPRET_COMPONENT:
            return [("components", interpreter.get_components(obj))]
        case Operation.REVISE_REPLICA:
            return [("revised", interpreter.revise_replica(obj, replica))]
        case Operation.INTERPRET_STATUS:
            return [("status", interpreter.reflect_status(obj))]
        case Operation.AGGREGATE_STATUS:
            made = interpreter.aggregate_status(obj, status, datetime.now(UTC))
            return [("aggregatedStatus", made)]
        case Operation.INTERPRET_HEALTH:
            return [("healthy", interpreter.interpret_health(obj))]
    return [("dependencies", interpreter.get_dependencies(obj))]


def _must_be_enabled(interpreter: ConfigurableInterpreter, operation: Operation, obj: Object) -> None:
    if not interpreter.hook_enabled(obj.get("apiVersion", ""), obj.get("kind", ""), operation):
        raise InterpreterError("rule is not enabled")
