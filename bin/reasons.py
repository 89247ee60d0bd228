"""Every code that says no, with its sentences: from the kinds of refusals, and from the sources.

Sentences that are put together while a deed runs are read as they are written: a code is found
wherever `Blocker`, `FieldError` or `invalid` is called, and one that cannot be read is a defect.
"""

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

from storno.api.errors import NOT_UNDERSTOOD, UNREADABLE
from storno.core.refusals import Blocked, Refused

STORNO = Path(__file__).resolve().parent.parent / "storno"
Sentences = dict[str, tuple[list[str], list[str]]]
"""Why, and the way out, by code."""
Bound = dict[str, list[ast.expr]]
"""What a name stands for: its values, a function's answers (`name()`), a rule's words (`.name`)."""

_PLACE_OF_CODE = {"Blocker": 0, "FieldError": 1, "invalid": 1}


class Reasons:
    """The codes of refusals, and those of wrong input."""

    def __init__(self) -> None:
        """Read them all. Raises AssertionError for a call whose code is not written."""
        self.refusals: Sentences = {}
        self.input: Sentences = {}
        # By name: which kind is known first depends on what was imported first.
        kinds = sorted(_kinds_of(Refused), key=lambda kind: (kind.__module__, kind.__name__))
        self._kinds = {kind.__name__: kind for kind in kinds if kind is not Blocked}
        for kind in self._kinds.values():
            texts = [str(getattr(kind, part, "")) for part in ("message", "remedy")]
            _add(self.refusals, kind.code, texts[:1], texts[1:])
        for code, sentence in (*UNREADABLE.values(), NOT_UNDERSTOOD):
            _add(self.input, code, [str(sentence)], [])
        trees = {path: ast.parse(path.read_text()) for path in sorted(STORNO.rglob("*.py"))}
        answers: Bound = {}
        for tree in trees.values():
            for name, said in _answers(tree):
                answers.setdefault(name, []).extend(said)
        for path, tree in trees.items():
            for owner, call in _calls(tree):
                self._read(call, owner, path, answers | _bound_names(tree))

    def _read(self, call: ast.Call, owner: str, path: Path, bound: Bound) -> None:
        place = _PLACE_OF_CODE[_called(call)]
        code = self._code(call.args[place], owner)
        assert code is not None, f"{path}:{call.lineno}: which code is this?"
        if not code:
            return
        why, way_out = (
            [text for part in parts for text in self._sentences(part, dict(bound))]
            for parts in (call.args[place + 1 : place + 2], call.args[place + 2 : place + 3])
        )
        _add(self.refusals if _called(call) == "Blocker" else self.input, code, why, way_out)

    def _code(self, node: ast.expr, owner: str) -> str | None:
        """The code that an argument says; empty where it hands on that of another reason."""
        match node:
            case ast.Constant(value=str(code)):
                return code
            case ast.Attribute(value=ast.Name(id=name), attr="code"):
                kind = self._kinds.get(owner if name == "self" else name)
                return kind.code if kind else "" if name.islower() else None
            case ast.Name(id="code"):
                return ""
        return None

    def _sentences(self, node: ast.AST, bound: Bound) -> list[str]:
        """The sentences that an expression can come to, as far as the sources say them."""
        match node:
            case ast.Constant(value=str(text)):
                return [text]
            case ast.Attribute(value=ast.Name(id=name), attr="message" | "remedy" as part):
                kind = self._kinds.get(name)
                return [str(getattr(kind, part))] if kind else []
        found = [text for part in _parts(node, bound) for text in self._sentences(part, bound)]
        if isinstance(node, ast.JoinedStr):
            return [" ".join(text for text in found if text.strip())]
        return found


def _parts(node: ast.AST, bound: Bound) -> Sequence[ast.expr]:
    """What an expression takes its sentences from; a name gives its own once, so this ends."""
    match node:
        case ast.Name(id=name):
            return bound.pop(name, [])
        case ast.Call(func=ast.Name(id="_" | "str"), args=[first, *_others]):
            return [first]
        case ast.Call():
            return bound.pop(f"{_called(node)}()", [])
        case ast.Attribute(attr=name):
            return bound.pop(f".{name}", [])
        case ast.BinOp(left=left, op=ast.Mod()):
            return [left]
        case ast.BinOp(left=left, right=right) | ast.IfExp(body=left, orelse=right):
            return [left, right]
        case ast.BoolOp(values=parts) | ast.JoinedStr(values=parts) | ast.Dict(values=parts):
            return parts
        case ast.Subscript(value=value) | ast.FormattedValue(value=value):
            return [value]
    return []


def _add(to: Sentences, code: str, why: list[str], way_out: list[str]) -> None:
    for told, known in zip((why, way_out), to.setdefault(code, ([], [])), strict=True):
        known += [each for each in dict.fromkeys(told) if each and each not in known]


def _kinds_of(kind: type[Refused]) -> Iterator[type[Refused]]:
    for each in kind.__subclasses__():
        if each.__module__.startswith("storno."):
            yield each
            yield from _kinds_of(each)


def _called(node: ast.AST) -> str:
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name
    return ""


def _calls(node: ast.AST, owner: str = "") -> Iterator[tuple[str, ast.Call]]:
    """Each call that names a code, and the class around it."""
    for each in ast.iter_child_nodes(node):
        if isinstance(each, ast.Call) and _called(each) in _PLACE_OF_CODE:
            yield owner, each
        yield from _calls(each, each.name if isinstance(each, ast.ClassDef) else owner)


def _answers(tree: ast.Module) -> Iterator[tuple[str, list[ast.expr]]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            answers = [each for each in ast.walk(node) if isinstance(each, ast.Return)]
            yield f"{node.name}()", [each.value for each in answers if each.value]
        elif isinstance(node, ast.keyword) and _called(node.value) == "_":
            yield f".{node.arg}", [node.value]


def _bound_names(tree: ast.Module) -> Bound:
    """What the names of a file are bound to: by assignment, or in turn by a loop over rows."""
    names: Bound = {}
    loops: list[tuple[list[ast.expr], str]] = []
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.expr() as value):
                names.setdefault(name, []).append(value)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                names.setdefault(name, []).append(value)
            case ast.For(target=ast.Tuple(elts=targets), iter=ast.Name(id=rows)):
                loops.append((targets, rows))
    for targets, rows in loops:
        for row in [each for value in names.get(rows, []) for each in ast.walk(value)]:
            if isinstance(row, ast.Tuple) and len(row.elts) == len(targets):
                for target, part in zip(targets, row.elts, strict=True):
                    names.setdefault(ast.unparse(target), []).append(part)
    return names
