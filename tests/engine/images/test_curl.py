"""curl's output, exit codes and words, as curl 8.14 has them."""

import asyncio

from karmada_nb.engine.network.stream import Stream
from tests.engine.images.box import Box
from tests.engine.network.cluster import Place


async def shop() -> Box:
    """A curl pod beside a service ``web`` whose nginx listens on 8080."""
    place = Place()
    place.service("web", "10.43.0.7")
    place.endpoints("web", "10.42.0.5")
    server = Box("nginxinc/nginx-unprivileged", place, "10.42.0.5")
    await server.start()
    return Box("curlimages/curl", place)


async def test_the_page_goes_to_standard_output() -> None:
    code, out, err = await (await shop()).run("curl", "-s", "http://web.default:8080")
    assert (code, err) == (0, "")
    assert "<h1>Welcome to nginx!</h1>" in out


async def test_without_s_a_progress_meter_goes_to_standard_error() -> None:
    _, _, err = await (await shop()).run("curl", "web:8080")
    assert err.startswith("  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n")


async def test_status_only() -> None:
    box = await shop()
    done = await box.run("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}\\n", "http://web:8080/nope")
    assert done == (0, "404\n", "")


async def test_fail_on_errors() -> None:
    done = await (await shop()).run("curl", "-fsS", "http://web:8080/nope")
    assert done == (22, "", "curl: (22) The requested URL returned error: 404\n")


async def test_headers_first() -> None:
    _, out, _ = await (await shop()).run("curl", "-sI", "http://web:8080/")
    assert out.startswith("HTTP/1.1 200 OK\r\nServer: nginx/")
    assert out.endswith("\r\n\r\n")


async def test_verbose_shows_the_conversation_on_standard_error() -> None:
    _, _, err = await (await shop()).run("curl", "-sv", "http://web:8080/")
    lines = err.splitlines()
    assert "* Host web:8080 was resolved." in lines
    assert "*   Trying 10.43.0.7:8080..." in lines
    assert "> GET / HTTP/1.1" in lines
    assert "> Host: web:8080" in lines
    assert "< HTTP/1.1 200 OK" in lines


async def test_an_unknown_host() -> None:
    done = await (await shop()).run("curl", "-sS", "http://nobody.default:8080")
    assert done == (6, "", "curl: (6) Could not resolve host: nobody.default\n")


async def test_silence_hides_errors() -> None:
    assert await (await shop()).run("curl", "-s", "http://nobody") == (6, "", "")


async def test_a_service_without_endpoints() -> None:
    box = await shop()
    box.place.service("pipy", "10.43.0.8")
    done = await box.run("curl", "-sS", "http://pipy.default:8080")
    message = "Failed to connect to pipy.default port 8080 after 0 ms: Could not connect to server"
    assert done == (7, "", f"curl: (7) {message}\n")


async def test_connect_timeout() -> None:
    done = await (await shop()).run("curl", "-sS", "--connect-timeout", "2", "http://10.42.9.9", seconds=2)
    assert done == (28, "", "curl: (28) Connection timed out after 2000 milliseconds\n")


async def test_max_time_on_a_server_that_says_nothing() -> None:
    box = await shop()

    async def silent(stream: Stream) -> None:
        await asyncio.get_running_loop().create_future()

    box.place.network.listen("10.42.0.8", 80, silent)
    done = await box.run("curl", "-sS", "-m", "3", "http://10.42.0.8", seconds=3)
    assert done == (28, "", "curl: (28) Operation timed out after 3000 milliseconds with 0 bytes received\n")


async def test_an_empty_reply() -> None:
    box = await shop()

    async def hang_up(stream: Stream) -> None:
        await stream.read()

    box.place.network.listen("10.42.0.8", 80, hang_up)
    assert await box.run("curl", "-sS", "10.42.0.8") == (52, "", "curl: (52) Empty reply from server\n")


async def test_post_sends_the_data_and_says_what_it_is() -> None:
    place = Place()
    server = Box("flomesh/pipy", place, "10.42.0.5")
    answer = "new Message(m.head.method + m.head.headers['content-type'] + m.body)"
    script = f"pipy().listen(8080).serveHTTP(m => {answer})"
    await server.start("pipy", "-e", script)
    box = Box("curlimages/curl", place)
    _, out, _ = await box.run("curl", "-s", "-d", "a=1", "-d", "b=2", "10.42.0.5:8080")
    assert out == "POSTapplication/x-www-form-urlencodeda=1&b=2"


async def test_several_urls() -> None:
    box = await shop()
    _, out, _ = await box.run(
        "curl", "-s", "-w", "%{http_code} ", "-o", "/dev/null", "-o", "/tmp/b", "web:8080", "web:8080/x"
    )
    assert out == "200 404 "
    assert b"404 Not Found" in box.files.read("/tmp/b")


async def test_usage_errors() -> None:
    box = await shop()
    assert await box.run("curl") == (2, "", "curl: (2) no URL specified\n")
    assert await box.run("curl", "--nope") == (
        2,
        "",
        "curl: option --nope: is unknown\ncurl: try 'curl --help' for more information\n",
    )


async def test_retry_waits_and_tries_again() -> None:
    box = await shop()
    task = asyncio.ensure_future(
        box.run("curl", "-sS", "--retry", "2", "--retry-connrefused", "http://10.42.0.9:7000", seconds=10)
    )
    code, _, err = await task
    assert code == 7
    assert "Could not connect to server" in err


async def test_the_entrypoint_takes_options_or_a_command() -> None:
    box = await shop()
    task = await box.start(args=("-s", "http://web:8080/nope"))
    assert task.result() == 0
    assert b"404 Not Found" in box.out
    sleeping = await box.start("sleep", "365d")
    assert not sleeping.done()
    await box.stop()


async def test_wget_and_nslookup_of_busybox() -> None:
    place = (await shop()).place
    box = Box("busybox", place, "10.42.0.12")
    code, out, err = await box.run("wget", "-qO-", "http://web:8080")
    assert (code, err) == (0, "")
    assert "Welcome to nginx" in out
    assert await box.run("wget", "-qO-", "http://nobody") == (1, "", "wget: bad address 'nobody'\n")
    assert "Address: 10.43.0.7" in (await box.run("nslookup", "web"))[1]
    assert (await box.run("nslookup", "nobody"))[0] == 1
