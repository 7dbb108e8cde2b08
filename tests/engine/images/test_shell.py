"""What BusyBox ash prints for the same script."""

import pytest

from tests.engine.images.box import Box

SCRIPTS = [
    ("echo hello   world", "hello world\n"),
    ("echo 'a  b' \"c  d\"", "a  b c  d\n"),
    ("X=1; Y=two; echo $X ${Y} \"$X$Y\" '$X'", "1 two 1two $X\n"),
    ("echo ${NOPE:-fallback} ${NOPE-x} [${HOSTNAME:+set}]", "fallback x [set]\n"),
    ("f=archive.tar.gz; echo ${f%.*} ${f%%.*} ${f#*.} ${#f}", "archive.tar archive tar.gz 14\n"),
    ("true && echo yes || echo no", "yes\n"),
    ("false && echo yes || echo no", "no\n"),
    ("false; echo $?", "1\n"),
    ("! true; echo $?", "1\n"),
    ("echo $(echo inner | wc -c)", "6\n"),
    ("echo `echo old`", "old\n"),
    ("printf '%s-%d\\n' a 7 b 8", "a-7\nb-8\n"),
    ("for i in 1 2 3; do echo n$i; done", "n1\nn2\nn3\n"),
    ("for i in $(seq 5); do [ $i -eq 3 ] && continue; [ $i -gt 4 ] && break; echo $i; done", "1\n2\n4\n"),
    ("i=0; while [ $i -lt 3 ]; do i=$((i+1)); echo $i; done", "1\n2\n3\n"),
    ("if [ -f /nope ]; then echo a; elif [ -d /tmp ]; then echo b; else echo c; fi", "b\n"),
    ("echo data > /tmp/f; cat /tmp/f; echo more >> /tmp/f; cat < /tmp/f | wc -l", "data\n2\n"),
    ("(cd /tmp; pwd); pwd", "/tmp\n/\n"),
    ("(exit 3); echo $?", "3\n"),
    ("{ echo a; echo b; } | sort -r", "b\na\n"),
    ("echo one; exit 0; echo two", "one\n"),
    ("set -e; false; echo never", ""),
    ("set -- a b 'c d'; echo $# $2; for x in \"$@\"; do echo [$x]; done", "3 b\n[a]\n[b]\n[c d]\n"),
    ("echo x # comment\necho y", "x\ny\n"),
    ("echo a \\\n b", "a b\n"),
    ("X=5 printenv X; echo [$X]", "5\n[]\n"),
    ("export A=1; env | grep ^A=", "A=1\n"),
    ("echo err 2>/dev/null >&2; echo fine", "fine\n"),
    ("seq 10 | tail -3 | head -1", "8\n"),
    ("echo ok & wait; echo done", "ok\ndone\n"),
    ("until true; do echo no; done; echo after", "after\n"),
]


@pytest.mark.parametrize(("script", "printed"), SCRIPTS)
async def test_scripts(script: str, printed: str) -> None:
    assert (await Box("busybox").sh(script))[1] == printed


async def test_arguments_after_the_script_are_its_parameters() -> None:
    assert await Box("busybox").run("sh", "-c", "echo $0 $1 $#", "me", "x", "y") == (0, "me x 2\n", "")


async def test_an_unknown_command_is_127() -> None:
    assert await Box("busybox").sh("foo bar") == (127, "", "sh: foo: not found\n")


async def test_an_unfinished_quotation_is_a_syntax_error() -> None:
    code, _, err = await Box("busybox").sh("echo 'open")
    assert (code, err) == (2, "sh: unterminated quoted string\n")


async def test_a_missing_file_is_told() -> None:
    assert await Box("busybox").sh("cat /nope") == (
        1,
        "",
        "cat: can't open '/nope': No such file or directory\n",
    )


async def test_an_endless_loop_leaves_time_to_others() -> None:
    box = Box("busybox")
    task = await box.start("sh", "-c", "while true; do :; done")
    await box.place.clock.advance(0.1)
    assert not task.done()
    await box.stop()


async def test_sleep_takes_its_time() -> None:
    assert (await Box("busybox").sh("sleep 2m; date +%H:%M:%S", seconds=120))[1] == "00:02:00\n"


async def test_interactive_commands_come_from_standard_input() -> None:
    assert await Box("busybox").run("sh", stdin=b"echo hi\nexit 4\n", seconds=1) == (4, "hi\n", "")
