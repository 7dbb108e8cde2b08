"""``python -m tools.translate``: builds the Chinese notebooks.

``--check`` names what is missing, stale or different and exits with 1. ``--stamp`` says of the notebooks
named that their catalogues are up to date, and adds the texts that these lack, in English, for the
translator to overwrite.
"""

from __future__ import annotations

import argparse
import sys

from tools.translate import maps, pictures
from tools.translate.build import build, target, write
from tools.translate.catalogue import names, path_of, stamp
from tools.translate.faults import faults
from tools.translate.sentences import sentence_faults


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.translate", description=__doc__)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--check", action="store_true", help="name what is missing, stale or different")
    what.add_argument("--stamp", action="store_true", help="say that these catalogues are up to date")
    parser.add_argument("name", nargs="*", help="notebooks, as 06 or 06_propagation_policy; all by default")
    options = parser.parse_args()
    chosen = [name for name in names() if not options.name or name.startswith(tuple(options.name))]
    if not chosen or (options.stamp and not options.name):
        parser.error(f"expected one of {', '.join(names())}, found {' '.join(options.name) or 'none'}")
    if options.check:
        found = [fault for name in chosen for fault in faults(name)]
        for name in chosen:
            if not target(name).exists() or target(name).read_text(encoding="utf-8") != build(name):
                found.append(f"{name}: not built since it changed. Build it: python -m tools.translate")
        if not options.name:
            found.extend(sentence_faults())
            found.extend(pictures.picture_faults())
            found.extend(f"{maps.path(course)}: stale" for course in maps.courses() if maps.faulty(course))
        print("\n".join(found) or "All translations are there and up to date.")
        return 1 if found else 0
    for name in chosen:
        if options.stamp:
            stamp(name)
            print(f"stamped {path_of(name)}")
        if write(name):
            print(f"built {target(name)}")
    for path in (*maps.write(), *pictures.write()):
        print(f"built {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
