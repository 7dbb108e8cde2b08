"""The subcommands of Kubernetes' test image, as test/images/agnhost has them."""

from karmada_nb.engine.images.trees import File, Tree, View
from tests.engine.images.box import Box
from tests.engine.network.cluster import Place

IMAGE = "registry.k8s.io/e2e-test-images/agnhost:2.47"


async def get(client: Box, url: str, seconds: float = 1.0) -> str:
    return (await client.run("curl", "-q", "-s", "-g", url, seconds=seconds))[1]


async def test_netexec_answers_asks_others_and_runs_commands() -> None:
    place = Place()
    client = Box("curlimages/curl", place)
    server = Box(IMAGE, place, "10.42.0.3", "one")
    ended = await server.start(args=("netexec", "--http-port=8083", "--udp-port", "8084"))
    await Box(IMAGE, place, "10.42.0.4", "two").start(args=("netexec",))
    base = "10.42.0.3:8083"
    assert await get(client, f"{base}/hostname") == "one"
    assert await get(client, f"{base}/clientip?x") != ""
    assert await get(client, f"{base}/echo?msg=hi") == "hi"
    assert (await client.run("nc", "-u", "-w", "1", "10.42.0.3", "8084", stdin=b"echo Hi\n"))[1] == "hi"
    dial = f"{base}/dial?request=hostname&host=10.42.0.4&tries=2"
    assert await get(client, f"{dial}&protocol=http&port=8080") == '{"responses":["two","two"]}'
    assert await get(client, f"{dial}&protocol=udp&port=8081") == '{"responses":["two","two"]}'
    refused = "dial tcp 10.42.0.4:9: connect: connection refused"
    assert refused in await get(client, f"{base}/dial?request=x&host=10.42.0.4&port=9&protocol=http")
    assert (
        await get(client, f"{base}/shell?cmd=echo%20a;exit%203")
        == '{"output":"a\\n","error":"exit status 3"}'
    )
    form = '--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\ndata\r\n--b--\r\n'
    client.files.write("/tmp/form", form.encode())
    kind = "Content-Type: multipart/form-data; boundary=b"
    upload = await client.sh(f"curl -s -H '{kind}' --data-binary @/tmp/form {base}/upload")
    assert "GET /echo?msg=hi&code=\n" in server.err.decode()
    assert upload[1].startswith('{"output":"/uploads/upload')
    assert not ended.done()
    await get(client, f"{base}/exit?code=4")
    assert ended.result() == 4


async def test_an_override_is_answered_whatever_is_asked() -> None:
    place = Place()
    await Box(IMAGE, place, "10.42.0.3").start(args=("netexec", "--http-override=/echo?msg=always"))
    assert await get(Box("curlimages/curl", place), "10.42.0.3:8080/healthz") == "always"


async def test_mounttest_tells_of_types_modes_and_contents() -> None:
    box = Box(IMAGE)
    box.files.mount("/conf", View(lambda: {"key": File(b"value\n", 0o400)}))
    box.files.mount("/data", Tree(mode=0o777, kind="tmpfs"))
    code, out, _ = await box.run(
        *("/agnhost", "mounttest", "--file_mode=/conf/key", "--file_content=/conf/key", "--fs_type=/data")
    )
    assert code == 0
    assert out.splitlines() == [
        'mount type of "/data": tmpfs',
        'mode of file "/conf/key": -r--------',
        'content of file "/conf/key": value',
        "",
    ]
    out = (await box.run("agnhost", "mounttest", "--new_file_0660=/data/new", "--file_perm=/data/new"))[1]
    wrote = 'content of file "/data/new": mount-tester new file\n\n'
    assert out == f'{wrote}perms of file "/data/new": -rw-rw----\n'
    assert (await box.run("agnhost", "mounttest", "--file_mode=/data"))[
        1
    ] == 'mode of file "/data": drwxrwxrwx\n'
    code, out, _ = await box.run("agnhost", "mounttest", "--new_file_0644=/conf/new")
    assert (code, out) == (1, 'error writing new file "/conf/new": open /conf/new: read-only file system\n')


async def test_the_command_line_is_told_as_it_came() -> None:
    assert (await Box(IMAGE).run("/agnhost", "entrypoint-tester", "a", "b c"))[1] == (
        "[/agnhost entrypoint-tester a b c]\n"
    )


async def test_a_guestbook_with_a_replica() -> None:
    place = Place()
    place.service("agnhost-primary", "10.43.0.2", ports=[{"port": 6379}])
    place.endpoints("agnhost-primary", "10.42.0.2", port=6379)
    place.service("agnhost-replica", "10.43.0.3", ports=[{"port": 6379}])
    place.endpoints("agnhost-replica", "10.42.0.3", port=6379)
    await Box(IMAGE, place, "10.42.0.2").start(args=("guestbook", "--http-port=6379"))
    replica = ("guestbook", "--replicaof=agnhost-primary", "--http-port", "6379")
    await Box(IMAGE, place, "10.42.0.3").start(args=replica)
    await Box(IMAGE, place, "10.42.0.4").start(args=("guestbook", "--backend-port", "6379"))
    client = Box("curlimages/curl", place)
    front = "10.42.0.4/guestbook?cmd"
    assert await get(client, f"{front}=set&key=messages&value=TestEntry") == '{"message":"Updated"}'
    assert await get(client, f"{front}=get&key=messages") == '{"data":"TestEntry"}'
    assert await get(client, "10.42.0.3:6379/get") == '{"data":{"messages":"TestEntry"}}'
    assert await get(client, f"{front}=what") == "unsupported cmd: 'what'\n"


async def test_servers_of_files_names_and_environments() -> None:
    place = Place()
    client = Box("curlimages/curl", place)
    files = Box(IMAGE, place, "10.42.0.2")
    files.files.write("/tmp/f.txt", b"content")
    await files.start(args=("test-webserver",))
    assert await get(client, "10.42.0.2/tmp/f.txt") == "content"
    assert '<a href="f.txt">f.txt</a>' in await get(client, "10.42.0.2/tmp/")
    assert await get(client, "10.42.0.2/nope") == "404 page not found\n"
    await Box(IMAGE, place, "10.42.0.3", "named").start(args=("serve-hostname", "--port=80"))
    assert await get(client, "10.42.0.3/") == "named"
    porter = Box(IMAGE, place, "10.42.0.4")
    porter.env.update(SERVE_PORT_80="eighty", SERVE_PORT_81="more")
    await porter.start(args=("porter",))
    assert [await get(client, f"10.42.0.4:{port}/") for port in (80, 81)] == ["eighty", "more"]
    porter = Box(IMAGE, place, "10.42.0.5")
    porter.env.update(SERVE_TLS_PORT_443="hidden")
    await porter.start(args=("porter",))
    doubt = "curl: (60) SSL certificate problem: self-signed certificate"
    assert (await client.run("curl", "-sS", "https://10.42.0.5/"))[2].startswith(doubt)
    assert (await client.run("curl", "-s", "-k", "https://10.42.0.5/"))[1] == "hidden"


async def test_nettest_counts_who_wrote_to_it() -> None:
    place = Place()
    await Box(IMAGE, place, "10.42.0.3").start(args=("nettest",))
    box = Box("busybox", place)
    post = """wget -q -O- --post-data='{"Source": "me"}' 10.42.0.3:8080/write"""
    assert await box.sh(post) == (0, '{"Hostname":"box"}\n', "")
    assert '"me": 1' in (await box.sh("wget -q -O- 10.42.0.3:8080/read"))[1]


async def test_liveness_ends_after_ten_seconds() -> None:
    place = Place()
    client = Box("curlimages/curl", place)
    await Box(IMAGE, place, "10.42.0.3").start(args=("liveness",))
    assert await get(client, "10.42.0.3:8080/healthz") == "ok"
    await place.clock.advance(10)
    assert (await get(client, "10.42.0.3:8080/healthz")).startswith("error: 1")


async def test_connect_says_why_nothing_comes_of_it() -> None:
    place = Place()
    place.network.attach("10.42.0.7")
    box = Box(IMAGE, place)
    assert (await box.run("/agnhost", "connect", "10.42.0.7:80"))[::2] == (1, "REFUSED\n")
    lost = await box.run("/agnhost", "connect", "--timeout=5s", "10.42.9.9:80", seconds=6)
    assert lost[::2] == (1, "TIMEOUT\n")
    assert (await box.run("/agnhost", "connect", "nowhere:80"))[2].startswith("DNS: ")


async def test_a_subcommand_that_is_not_there() -> None:
    assert 'Error: unknown command "nothing" for "app"' in (await Box(IMAGE).run("/agnhost", "nothing"))[2]
