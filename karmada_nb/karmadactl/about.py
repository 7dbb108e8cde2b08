"""``karmadactl options`` and ``karmadactl version``."""

import platform
from importlib import metadata

from karmada_nb.karmadactl.command import KUBECONFIG, Call, Command, no_arguments
from karmada_nb.karmadactl.help import described


def options(call: Call) -> int:
    from karmada_nb.karmadactl.root import LOGGING

    call.out.write("The following options can be passed to any command:\n\n")
    for flag in LOGGING:
        call.out.writelines(f"{line}\n" for line in described(flag))
    return 0


def version(call: Call) -> int:
    no_arguments(call, "version")
    own = metadata.version("karmada-nb")
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    call.out.write(
        f'karmadactl version: version.Info{{GitVersion:"karmada-nb-{own}", '
        f'Compiler:"python{platform.python_version()}", '
        f'Platform:"{platform.system().lower()}/{machine}"}}\n'
    )
    return 0


OPTIONS = Command("options", "Print the list of flags inherited by all commands", options, (KUBECONFIG,))
VERSION = Command("version", "Print the version information", version, (KUBECONFIG,))
