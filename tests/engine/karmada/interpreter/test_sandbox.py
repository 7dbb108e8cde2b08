"""A script of a user's sees its arguments and a few harmless libraries, and it comes to an end."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from karmada_nb.engine.karmada.interpreter import InterpreterError
from karmada_nb.engine.karmada.interpreter.declarative import compile_complaint
from karmada_nb.engine.karmada.interpreter.declarative.vm import run_script

NOW = datetime(2026, 8, 1, 9, 5, 7, tzinfo=UTC)


def value(expression: str, *arguments: Any) -> Any:
    """What an expression comes to; ``...`` are the arguments."""
    script = f"function F(...) return {{{expression}}} end"
    (found,) = run_script(script, "F", 1, arguments, lambda: NOW)
    return found.value


def refusal(statement: str) -> str:
    with pytest.raises(InterpreterError) as caught:
        run_script(f"function F() {statement} end", "F", 1, (), lambda: NOW)
    return str(caught.value)


@pytest.mark.parametrize("name", ["io", "python", "debug", "coroutine", "bit32", "utf8"])
def test_libraries_that_are_not_there(name: str) -> None:
    assert f"attempt to index global '{name}'" in refusal(f"local x = {name}.anything")
    assert f"module {name} not found" in refusal(f"require('{name}')")


REFUSED = (
    "collectgarbage dofile getfenv getmetatable load loadfile loadstring rawequal rawget rawset setfenv "
    "setmetatable module newproxy"
)


@pytest.mark.parametrize("name", REFUSED.split())
def test_functions_that_karmada_refuses(name: str) -> None:
    said = f"call function {name} is not supported in karmada customized resourceinterpreter."
    assert said in refusal(f"{name}('x')")


@pytest.mark.parametrize("name", ["dump", "gsub", "rep"])
def test_string_functions_that_karmada_refuses(name: str) -> None:
    said = f"The Lua function string.{name} is not supported by Karmada"
    assert said in refusal(f"string.{name}('x', 9)")
    assert said in refusal(f"local x = ('x'):{name}(9)")


@pytest.mark.parametrize("call", ["os.execute('true')", "os.exit()", "os.getenv('HOME')", "os.remove('x')"])
def test_the_system_is_out_of_reach(call: str) -> None:
    assert "attempt to call field" in refusal(f"local x = {call}")


def test_no_way_leads_to_python() -> None:
    assert "loadlib is not supported" in refusal("package.loadlib('x', 'y')")
    kinds = "type(_G.python), type(require('kube').resourceAdd), type(os.time), type(print)"
    assert value(kinds) == '["nil","function","function","function"]'
    names = "(function() local n = {} for k in pairs(_G) do n[#n + 1] = type(_G[k]) end return n end)()"
    assert "userdata" not in value(names)
    assert "attempt to load a binary chunk" in compile_complaint("\x1bLua")


@pytest.mark.parametrize(
    "loop",
    [
        "while true do end",
        "while true do pcall(function() while true do end end) end",
        "xpcall(function() while true do end end, function() while true do end end)",
        "local t = {} while true do t[#t % 100 + 1] = ('x'):upper() end",
    ],
)
def test_a_script_that_does_not_end_is_ended(loop: str) -> None:
    assert "context deadline exceeded" in refusal(loop)


def test_a_script_that_wants_all_memory_does_not_get_it() -> None:
    assert "not enough memory" in refusal("local s = 'x' while true do s = s .. s end")


def test_long_strings_are_refused() -> None:
    grown = "local s = 'x' while #s < 1000001 do s = s .. s end"
    said = "string length 1048576 exceeds the maximum allowed input string length 1000000"
    assert said in refusal(f"{grown} local x = s:upper()")


def test_nothing_is_left_of_a_run() -> None:
    run_script("leak = 1 string.upper = nil function F() end", "F", 1, (), lambda: NOW)
    assert value("leak == nil, ('x'):upper()") == '[true,"X"]'


def test_numbers_and_texts_survive() -> None:
    number = "2 ^ 53, 1e15, 0.1, -3, 10 / 2, 1e300"
    assert value(number) == "[9007199254740992,1000000000000000,0.1,-3,5,1e+300]"
    assert value("tostring(2 ^ 53), tostring(10 / 4)") == '["9007199254740992","2.5"]'
    assert value("...", '"quoted"\n\té\u4e2d') == '["\\u0022quoted\\u0022\\u000a\\u0009é中"]'
    assert value("#..., (...)[2]", [1, None, 3]) == "[2,3]"


@pytest.mark.parametrize(
    ("returned", "why"),
    [
        ("{f = print}", "cannot encode function to JSON"),
        ("{1, nil, 3}", "cannot encode sparse array"),
        ("{1, a = 2}", "cannot encode mixed or invalid key types"),
        ("{1 / 0}", "json: unsupported value: +Inf"),
    ],
)
def test_what_no_json_can_say(returned: str, why: str) -> None:
    assert refusal(f"return {returned}").endswith(why)


def test_a_table_may_not_be_in_itself() -> None:
    said = "cannot encode recursively nested tables to JSON"
    assert refusal("local t = {} t.t = t return t").endswith(said)


def test_time_is_the_clocks() -> None:
    seconds = int(NOW.timestamp())
    assert value("os.time()") == f"[{seconds}]"
    assert value("os.time({year=2026, month=8, day=1, hour=9, min=5, sec=7})") == f"[{seconds}]"
    assert value("os.date('%F %X'), os.date('!*t').wday") == '["2026-08-01 09:05:07",7]'
    assert value("os.date('%Y|%q|%%', 0)") == '["1970|%q|%"]'


def test_errors_name_the_line() -> None:
    assert refusal("\n\nlocal x = nil + 1").startswith("<string>:3: attempt to perform arithmetic on a nil")
    assert compile_complaint("x =") == "<string>:1: unexpected symbol near <eof>"
    assert not compile_complaint("goto out ::out::")


def test_what_a_script_prints() -> None:
    said: list[str] = []
    run_script("print(1, 'a', nil) function F() print(2) end", "F", 1, (), lambda: NOW, said.append)
    assert said == ["1\ta\tnil", "2"]
