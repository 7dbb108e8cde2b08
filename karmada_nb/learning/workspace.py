"""How JupyterLab is laid out for the course: lesson and map as tabs, beside them the page with the dashboard.

JupyterLab calls that a workspace. It is written once, where JupyterLab keeps them; from then on JupyterLab
keeps in it how the learner has arranged things.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

from karmada_nb.failures import LabError

if TYPE_CHECKING:
    from jupyterlab_server.workspaces_handler import WorkspacesManager

NAMES: Final = {"en": "course", "zh": "course-zh"}
"""The workspace of each language: JupyterLab opens it at ``/lab/workspaces/NAME``."""
LESSON: Final = "00_start_here.ipynb"
MAP: Final = "map.md"
BESIDE: Final = "pages/beside.ipynb"
_LEFT: Final = ("filebrowser", "running-sessions", "@jupyterlab/toc:plugin", "extensionmanager.main-view")


def layout(folder: str, name: str) -> Mapping[str, Any]:
    """The workspace ``name`` as JupyterLab stores it; ``folder`` is the course's, from Jupyter's root."""
    lesson, here, beside = (f"{folder}/{file}".lstrip("/") for file in (LESSON, MAP, BESIDE))
    shown = {
        f"notebook:{lesson}": {"path": lesson, "factory": "Notebook"},
        f"markdownviewer-widget:{here}": {"path": here, "factory": "Markdown Preview"},
        f"notebook:{beside}": {"path": beside, "factory": "Notebook"},
    }
    # What a link opens comes up among the tabs that the link stands in: the map's lessons, where lessons are.
    *lessons, dashboard = shown
    dock = {
        "type": "split-area",
        "orientation": "horizontal",
        "sizes": [0.63, 0.37],
        "children": [
            {"type": "tab-area", "currentIndex": 0, "widgets": lessons},
            {"type": "tab-area", "currentIndex": 0, "widgets": [dashboard]},
        ],
    }
    arranged = {
        "main": {"dock": dock, "current": f"notebook:{lesson}"},
        "left": {"collapsed": True, "visible": True, "current": None, "widgets": list(_LEFT)},
        "right": {"collapsed": True, "visible": True, "widgets": []},
        "down": {"size": 0, "widgets": []},
        "relativeSizes": [0, 1, 0],
    }
    data = {key: {"data": value} for key, value in shown.items()}
    return {"data": {"layout-restorer:data": arranged, **data}, "metadata": {"id": name}}


def write(course: Path, root: Path, *, anew: bool = False) -> str:
    """Keep the workspace of a course where JupyterLab looks for it; its name.

    ``course`` is the folder of the lessons, inside of Jupyter's ``root``. One that is there already has been
    arranged by the learner, and stays unless it is wanted ``anew``. Raises LabError.
    """
    from jupyter_core.paths import jupyter_config_dir
    from jupyterlab_server.workspaces_handler import WorkspacesManager

    course, root = course.resolve(), root.resolve()
    if not (course / LESSON).exists() or not course.is_relative_to(root):
        raise LabError(
            "expected the lessons in {course}, inside of {root}; found no {lesson} there",
            course=course,
            root=root,
            lesson=LESSON,
        )
    name = NAMES.get(course.name, NAMES["en"])
    place = os.environ.get("JUPYTERLAB_WORKSPACES_DIR") or Path(jupyter_config_dir(), "lab", "workspaces")
    manager = WorkspacesManager(str(place))
    if anew or not _arranged(manager, name):
        folder = course.relative_to(root).as_posix().removeprefix(".")
        manager.save(name, orjson.dumps(layout(folder, name)).decode())
    return name


def _arranged(manager: WorkspacesManager, name: str) -> bool:
    """Whether there is a workspace that can be read. JupyterLab may have been cut off while it wrote one."""
    try:
        return bool(manager.load(name)["data"])
    except (ValueError, LookupError, TypeError):
        return False
