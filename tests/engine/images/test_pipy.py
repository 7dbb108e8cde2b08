"""pipy's own tutorial, and what the scripts of a container may not do."""

import pytest

from karmada_nb.engine.images.pipy.script import translate
from tests.engine.images.box import Box
from tests.engine.network.cluster import Place

ARTICLE = "pipy().listen(8080).serveHTTP(() => new Message(os.env['HOSTNAME'] +'\n'))"
ECHO = """
pipy()
  .listen(8080)
  .serveHTTP(new Message('Hi, there!\\n'))
  .listen(8081)
  .serveHTTP(msg => new Message(msg.body))
  .listen(8082)
  .serveHTTP(
    msg => new Message(
      `You are requesting ${msg.head.path} from ${__inbound.remoteAddress}\\n`
    )
  )
"""
PROXY = """
pipy()
  .listen(8000)
  .demuxHTTP().to(
    $=>$.muxHTTP().to(
      $=>$.connect('localhost:8080')
    )
  )
"""
NAMED_PROXY = """
pipy()
  .listen(8000)
  .demuxHTTP().to('forward')
  .pipeline('forward')
  .muxHTTP().to('connection')
  .pipeline('connection')
  .connect('localhost:8080')
"""
BALANCER = """
((
  router = new algo.URLRouter({
    '/hi/*': new algo.RoundRobinLoadBalancer(['localhost:8080', 'localhost:8082']),
    '/echo': new algo.RoundRobinLoadBalancer(['localhost:8081']),
    '/ip/*': new algo.RoundRobinLoadBalancer(['localhost:8082']),
  }),
) => pipy({
  _target: undefined,
})
  .listen(8000)
  .demuxHTTP().to(
    $=>$
    .handleMessageStart(
      msg => (
        _target = router.find(
          msg.head.headers.host,
          msg.head.path,
        )?.next?.()
      )
    )
    .branch(
      () => Boolean(_target), (
        $=>$.muxHTTP(() => _target).to(
          $=>$.connect(() => _target.id)
        )
      ), (
        $=>$.replaceMessage(
          new Message({ status: 404 }, 'No route')
        )
      )
    )
  )
)()
"""
MODERN = """
var $count = 0
pipy.listen(8080, $=>$.serveHTTP(
  function (req) {
    if (req.head.path == '/later') return new Timeout(2).wait().then(() => new Message('late'))
    return new Message({ status: 201 }, JSON.encode({ method: req.head.method }))
  }
))
"""


class Pod:
    """pipy processes of one pod, and a curl pod beside it."""

    def __init__(self) -> None:
        self.place = Place()
        self.box = Box("flomesh/pipy", self.place, "10.42.0.5", name="pipy-8ff5f5987-5nqqw")
        self.client = Box("curlimages/curl", self.place)

    async def start(self, *scripts: str) -> None:
        for script in scripts:
            await self.box.start("pipy", args=("-e", script))

    async def curl(self, *args: str, seconds: float = 0.0) -> str:
        done = await self.client.run("curl", "-s", *args, seconds=seconds)
        return done[1]


async def test_the_article_s_one_liner_answers_with_its_pod_s_name() -> None:
    pod = Pod()
    await pod.start(ARTICLE)
    assert await pod.curl("http://10.42.0.5:8080") == "pipy-8ff5f5987-5nqqw\n"
    assert b"Listening on TCP port 8080" in pod.box.err


async def test_pods_that_share_a_script_keep_their_own_names() -> None:
    pod = Pod()
    other = Box("flomesh/pipy", pod.place, "10.42.0.6", name="other")
    await pod.start(ARTICLE)
    await other.start("pipy", args=("-e", ARTICLE))
    assert await pod.curl("10.42.0.5:8080", "10.42.0.6:8080") == "pipy-8ff5f5987-5nqqw\nother\n"


async def test_echo() -> None:
    pod = Pod()
    await pod.start(ECHO)
    assert await pod.curl("10.42.0.5:8080") == "Hi, there!\n"
    assert await pod.curl("-d", "grüße", "10.42.0.5:8081") == "grüße"
    assert await pod.curl("10.42.0.5:8082/x?y") == "You are requesting /x?y from 10.42.0.9\n"


@pytest.mark.parametrize("proxy", [PROXY, NAMED_PROXY])
async def test_proxy(proxy: str) -> None:
    pod = Pod()
    await pod.start(ECHO, proxy)
    assert await pod.curl("10.42.0.5:8000") == "Hi, there!\n"


async def test_proxy_to_nobody_is_a_bad_gateway() -> None:
    pod = Pod()
    await pod.start(PROXY)
    assert await pod.curl("-w", "%{http_code}", "10.42.0.5:8000") == "502"


async def test_routing_and_load_balancing() -> None:
    pod = Pod()
    await pod.start(ECHO, BALANCER)
    assert await pod.curl("-d", "hello", "10.42.0.5:8000/echo") == "hello"
    answers = [await pod.curl("10.42.0.5:8000/hi/") for _ in range(4)]
    assert answers == ["Hi, there!\n", "You are requesting /hi/ from 10.42.0.5\n"] * 2
    assert await pod.curl("-w", " %{http_code}", "10.42.0.5:8000/nope") == "No route 404"


async def test_the_newer_form_with_heads_and_promises() -> None:
    pod = Pod()
    await pod.start(MODERN)
    assert await pod.curl("-w", " %{http_code}", "-X", "PUT", "10.42.0.5:8080") == '{"method":"PUT"} 201'
    assert await pod.curl("10.42.0.5:8080/later", seconds=2) == "late"


async def test_a_task_runs_at_its_interval() -> None:
    pod = Pod()
    await pod.start("pipy().task('5s').handleMessage(() => println('tick')).replaceMessage(new StreamEnd)")
    await pod.place.clock.advance(11)
    assert pod.box.out == b"tick\ntick\ntick\n"
    await pod.box.stop()


async def test_an_error_in_a_handler_is_a_500_and_a_log_line() -> None:
    pod = Pod()
    await pod.start("pipy().listen(8080).serveHTTP(() => nope.field)")
    assert await pod.curl("-w", "%{http_code}", "10.42.0.5:8080") == "500"
    assert b"nope is not defined" in pod.box.err


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("pipy().listen(8080", "[pjs] Syntax error:"),
        ("pipi().listen(8080)", "[pjs] Error: pipi is not defined"),
        ("for(;;);", "interrupted"),
        ("var a = []; for(;;) a.push(new Array(100000).fill(1))", "[pjs]"),
    ],
)
async def test_a_script_that_cannot_start_ends_the_container(script: str, told: str) -> None:
    box = Box("flomesh/pipy")
    task = await box.start("pipy", "-e", script)
    assert task.result() == 255
    assert told in box.err.decode()


async def test_a_handler_without_end_stops_the_process_not_the_cluster() -> None:
    box = Box("flomesh/pipy", ip="10.42.0.5")
    task = await box.start("pipy", "-e", "pipy().listen(8080).serveHTTP(() => { for(;;); })")
    client = Box("curlimages/curl", box.place)
    code, _, _ = await client.run("curl", "-s", "10.42.0.5:8080")
    assert code in (52, 56)
    assert task.result() == 255


async def test_a_script_file() -> None:
    box = Box("flomesh/pipy", ip="10.42.0.5")
    box.files.write("/etc/main.js", ECHO.encode())
    assert not (await box.start("pipy", "/etc/main.js")).done()
    assert (await box.start("pipy", "/etc/nope.js")).result() == 255


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("'a\nb'", r"'a\nb'"),
        ("\"a\r\nb\" + '\\\nc'", r'"a\r\nb"' + " + 'c'"),
        ("`a\nb` // it's\n", "`a\nb` // it's\n"),
        ("x.replace(/['\"]/g, '\n')", "x.replace(/['\"]/g, '\\n')"),
        ("a / b / '\n'", "a / b / '\\n'"),
    ],
)
def test_strings_over_several_lines(written: str, meant: str) -> None:
    assert translate(written).text == meant
