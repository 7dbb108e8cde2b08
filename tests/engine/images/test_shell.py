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
    ("for x in a1 b2 zz; do case $x in a*|b?) echo $x;; *) echo other;; esac; done", "a1\nb2\nother\n"),
    ("case 'a*' in 'a*') echo literal;; esac", "literal\n"),
    ("x=out; f() { local x=$1; echo $x $#; return 3; }; f in 2; echo $? $x", "in 2\n3 out\n"),
    ("n=2; cat <<EOF\n$n and $((n * 3))\nEOF\ncat <<'EOF'\n$n\nEOF", "2 and 6\n$n\n"),
    (
        "mkdir -p /tmp/d; touch /tmp/d/b /tmp/d/a; echo /tmp/d/? '/tmp/d/?' /nope/*",
        "/tmp/d/a /tmp/d/b /tmp/d/? /nope/*\n",
    ),
    ("printf '1 a\n2 b c\n' | while read n rest; do echo $rest-$n; done", "a-1\nb c-2\n"),
    (
        "echo $((7 / 2)) $((-7 % 3)) $((1 << 4 | 1)) $((3 > 2 && !0)) $((0 ? 5 : 6)) $((0x1f))",
        "3 -1 17 1 6 31\n",
    ),
    ("i=5; echo $((i++)) $((i += 2)) $i", "5 8 8\n"),
    ("v=abcabc; echo ${v##*b} ${v#*b} ${v%%b*} ${v/b/X} ${v//b/X} ${v:1:2}", "c cabc a aXcabc aXcaXc bc\n"),
    ("if [[ ! -s /tmp/none ]]; then echo yes; fi", "yes\n"),
    ("command -v cat || echo none; command -v nothing || echo none", "/bin/cat\nnone\n"),
    ("echo a:b:c | cut -d: -f2-; echo Hello | tr a-z A-Z; echo x/y/z | tr -d /", "b:c\nHELLO\nxyz\n"),
    ("printf '1 x\n2 y\n' | awk '$1 > 1 {print $2\"!\", NR, NF}'", "y! 2 2\n"),
    ('echo 10.42.0.9 | awk -F. \'{print $1"-"$2"-"$3"-"$4".pod"}\'', "10-42-0-9.pod\n"),
    ("printf 'a b\nc d\n' | sed -n 's/^\\(.\\) \\(.\\)$/\\2 \\1/p; 2p'", "b a\nd c\nd c\n"),
    ("mkdir -p /tmp/a/b; touch /tmp/a/b/c; find /tmp/a -type f; find /tmp -name b", "/tmp/a/b/c\n/tmp/a/b\n"),
    (
        "echo 1 2 3 | xargs -n 2 echo got; timeout 5 echo in; timeout 0.1 sleep 9; echo $?",
        "got 1 2\ngot 3\nin\n143\n",
    ),
    ("basename /a/b.txt .txt; dirname /a/b.txt; printf hi | base64", "b\n/a\naGk=\n"),
    (
        "printf '\\336\\312' >/dev/null; printf ab | hexdump -C | head -1",
        "00000000  61 62                                             |ab|\n",
    ),
    ("printf abc | sha256sum | cut -c1-8", "ba7816bf\n"),
    ("cd /tmp; echo 1 > f; cp f g; mv g h; rm f; ls; rm -r /tmp; ls /tmp; echo $?", "h\n1\n"),
    (
        "cd /tmp; echo x > f; chmod 640 f; stat -c '%a %A %s' f; chmod u+x,g-r f; stat -c %a f",
        "640 -rw-r----- 2\n700\n",
    ),
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


async def test_traced_commands_are_told_before_they_run() -> None:
    assert await Box("busybox").sh("set -x; x=1; echo $x") == (0, "1\n", "+ x=1\n+ echo 1\n")


async def test_errors_name_the_shell_as_it_was_called() -> None:
    box = Box("busybox")
    assert (await box.run("/bin/sh", "-c", "echo x > /nope/f"))[2].startswith("/bin/sh: can't create /nope/f")
