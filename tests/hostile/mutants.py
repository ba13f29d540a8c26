"""Small faults on purpose: every way in which one place of a module could be wrong.

Knows Python's syntax tree and nothing of the modules. A mutant is the source of a module with one change.
What is left alone: the words of an error message (their wording is no rule), docstrings, types, imports and
decorators.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_COUNTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitXor: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_LISTS = {"LP": 0, "bound": 1, "seal": 3, "seal_to": 3, "unseal": 3, "unseal_with": 3}
"""Calls that take any number of fields, and how many arguments come before the fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One fault. `name` stays the same while the line that it is in does."""

    module: str
    line: int
    before: str
    after: str
    place: str
    written: Callable[[], str]

    @property
    def source(self) -> str:
        """The whole module with this fault."""
        return self.written()

    @property
    def name(self) -> str:
        """Module, what became what, and the statement around it."""
        return f"{self.module}: {self.before} -> {self.after} in `{self.place}`"


def mutants(module: str, source: str) -> Iterator[Mutant]:
    """Every fault of a module, in the order of its lines."""
    tree = ast.parse(source)
    quiet = _left_alone(tree)
    lines = source.splitlines()
    for node in ast.walk(tree):
        if id(node) in quiet:
            continue
        for changed in _changes(node):
            before, after = _text(node), _text(changed)
            if before == after:
                continue
            line = int(getattr(node, "lineno", 1))
            yield Mutant(
                module=module,
                line=line,
                before=before,
                after=after,
                place=" ".join(lines[line - 1].split()),
                written=partial(_with, tree, node, changed),
            )


def _text(node: ast.AST) -> str:
    whole = " ".join(ast.unparse(node).split())
    return whole if len(whole) <= 70 else f"{whole[:67]}..."


def _with(tree: ast.Module, node: ast.AST, changed: ast.AST) -> str:
    """The module with `changed` where `node` stood."""
    marked = dict(vars(node))
    kind = node.__class__
    node.__class__, node.__dict__ = changed.__class__, dict(vars(changed))
    try:
        return ast.unparse(tree)
    finally:
        node.__class__, node.__dict__ = kind, marked


def _left_alone(tree: ast.Module) -> set[int]:
    """Ids of the nodes under docstrings, types, decorators, imports and the words of errors."""
    roots: list[ast.AST] = []
    for node in ast.walk(tree):
        roots += [*_types(node), *getattr(node, "decorator_list", [])]
        match node:
            case ast.Expr(value=ast.Constant(value=str())) | ast.Import() | ast.ImportFrom():
                roots.append(node)
            case ast.Raise(exc=ast.Call(args=words)):
                roots += [word for word in words if isinstance(word, ast.Constant | ast.JoinedStr)]
    return {id(each) for root in roots for each in ast.walk(root)}


def _types(node: ast.AST) -> list[ast.AST]:
    """What a node says about types alone."""
    match node:
        case ast.Call(func=ast.Name(id="TypeVar")):
            return [node]
        case ast.Call(func=ast.Name(id="cast"), args=[kind, _]):
            return [kind]
        case ast.AnnAssign(annotation=kind) | ast.arg(annotation=ast.expr() as kind):
            return [kind]
        case ast.FunctionDef(returns=ast.expr() as kind):
            return [kind]
    return []


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    """What could stand here by mistake."""
    match node:
        case ast.Constant():
            yield from _constants(node)
        case ast.Compare(ops=[operator]) if type(operator) in _COMPARED:
            yield ast.Compare(left=node.left, ops=[_COMPARED[type(operator)]()], comparators=node.comparators)
        case ast.Compare(left=left, ops=[first, *rest], comparators=[middle, *others]) if rest:
            yield ast.Compare(left=left, ops=[first], comparators=[middle])
            yield ast.Compare(left=middle, ops=rest, comparators=others)
        case ast.BoolOp(op=operator, values=values):
            other = ast.And() if isinstance(operator, ast.Or) else ast.Or()
            yield ast.BoolOp(op=other, values=values)
            yield from values
        case ast.UnaryOp(op=ast.Not(), operand=operand) | ast.UnaryOp(op=ast.USub(), operand=operand):
            yield operand
        case ast.BinOp(op=operator) if type(operator) in _COUNTED:
            yield ast.BinOp(left=node.left, op=_COUNTED[type(operator)](), right=node.right)
        case ast.IfExp(body=body, orelse=orelse):
            yield body
            yield orelse
        case _:
            yield from _statements(node)


def _constants(node: ast.Constant) -> Iterator[ast.AST]:
    match node.value:
        case bool():
            yield ast.Constant(not node.value)
        case int():
            yield ast.Constant(node.value + 1)
        case str():
            yield ast.Constant(f"{node.value}x")
        case bytes():
            yield ast.Constant(node.value + b"x")


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Return(value=value) if value is not None and not _is_none(value):
            yield ast.Return(value=ast.Constant(None))
        case ast.If(body=body, orelse=orelse):
            yield ast.If(test=ast.Constant(value=False), body=body, orelse=orelse)
            yield ast.If(test=ast.Constant(value=True), body=body, orelse=orelse)
        case ast.Raise() | ast.AugAssign() | ast.Return(value=None) | ast.Expr(value=ast.Call()):
            yield ast.Pass()
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield ast.Pass()
        case _:
            yield from _one_left_out(node)


def _one_left_out(node: ast.AST) -> Iterator[ast.AST]:
    """A list of errors, fields or values without one of them."""
    match node:
        case ast.ExceptHandler(type=ast.Tuple(elts=kinds)):
            for left_out in kinds:
                kept = ast.Tuple(elts=[kind for kind in kinds if kind is not left_out], ctx=ast.Load())
                yield ast.ExceptHandler(type=kept, name=node.name, body=node.body)
        case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called)) if called in _LISTS:
            for left_out in node.args[_LISTS[called] :]:
                fields = [field for field in node.args if field is not left_out]
                yield ast.Call(func=node.func, args=fields, keywords=node.keywords)
        case ast.Tuple(elts=parts, ctx=ast.Load()) if len(parts) > 1:
            for left_out in parts:
                yield ast.Tuple(elts=[part for part in parts if part is not left_out], ctx=ast.Load())


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None
