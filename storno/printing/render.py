"""Setting a paper as a PDF that archives (PDF/A-3a) and screen readers (PDF/UA-1) accept alike."""

import json
from datetime import datetime
from functools import cache
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory

import font_source_sans_pro  # type: ignore[import-untyped]
import typst

from storno.printing.glyphs import printable
from storno.printing.layout import layout
from storno.printing.marks import marks
from storno.printing.paper import Paper

_WEIGHTS = ("Regular", "Semibold")


def render(paper: Paper, *, timestamp: datetime) -> bytes:
    """Set a paper; the same paper and timestamp give the same bytes, in any thread.

    `timestamp` is the aware moment of issue, or of the last change of a draft; the file bears it as
    its date to the second. Raises ValueError for a naive one.
    """
    if timestamp.tzinfo is None:
        raise ValueError("a timestamp has a zone")
    inputs = {"paper": _printable(layout(paper)), "marks": marks(paper)}
    return typst.compile(
        _template(),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={name: json.dumps(tree, ensure_ascii=False) for name, tree in inputs.items()},
        format="pdf",
        pdf_standards=["a-3a", "ua-1"],
        timestamp=int(timestamp.timestamp()),
    )


def _printable(tree: object) -> object:
    match tree:
        case str():
            return printable(tree)
        case dict():
            return {key: _printable(branch) for key, branch in tree.items()}
        case list() | tuple():
            return [_printable(branch) for branch in tree]
        case _:
            return tree


@cache
def _template() -> bytes:
    return resources.files("storno.printing").joinpath("paper.typ").read_bytes()


@cache
def _fonts() -> typst.Fonts:
    """Load one file a weight: the wheel holds each as OTF and TTF, and a folder has no order.

    typst resolves the links at once, so the folder need not outlive this call.
    """
    files = Path(font_source_sans_pro.font_directory)
    with TemporaryDirectory() as folder:
        for weight in _WEIGHTS:
            name = f"SourceSansPro-{weight}.otf"
            Path(folder, name).symlink_to(files / name)
        return typst.Fonts(include_system_fonts=False, font_paths=[folder])
