"""The article's shell variables and tools, for a lab: what ``karmada-nb env`` prints."""

import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from karmada_nb.backends.base import Kubeconfigs
from karmada_nb.tools import kubectl_path

_REAL: Final = "/etc/karmada/karmada-apiserver.config"


def lines(found: Kubeconfigs, state_dir: Path) -> Iterator[str]:
    """Lines for sh, bash and zsh.

    ``$k0``, ``$k1`` ... and ``$kmd`` are as in the article; ``karmadactl`` is this package's own. kubectl is
    the real one, told of the lab's kubeconfig where the article's is named and does not exist. ``sudo``
    leaves these tools with the user whose lab it is, for none of them needs more.
    """
    tool = shlex.quote(kubectl_path())
    python = f"{shlex.quote(sys.executable)} -m karmada_nb"
    yield f"export KARMADA_NB_STATE={shlex.quote(str(state_dir))}"
    for index, path in enumerate((found.host, *found.members.values())):
        if path is not None:
            yield f'k{index}="{tool} --kubeconfig {shlex.quote(str(path))}"'
    yield f'kmd="{tool} --kubeconfig {shlex.quote(str(found.karmada))}"'
    own = shlex.quote(str(found.karmada))
    yield (
        'kubectl() { for _word in "$@"; do shift; '
        f'if [ ! -e {_REAL} ]; then case "$_word" in '
        f"{_REAL}) _word={own};; --kubeconfig={_REAL}) _word=--kubeconfig={own};; esac; fi; "
        f'set -- "$@" "$_word"; done; {tool} "$@"; }}'
    )
    yield f'karmadactl() {{ {python} karmadactl "$@"; }}'
    yield f'k3d() {{ {python} k3d "$@"; }}'
    yield 'sudo() { case "$1" in karmadactl|kubectl|k3d) "$@";; *) command sudo "$@";; esac; }'
    yield "# zsh splits an unquoted variable into words only when told to:"
    yield 'if [ -n "${ZSH_VERSION:-}" ]; then setopt sh_word_split; fi'
