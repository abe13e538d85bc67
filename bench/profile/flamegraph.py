"""Stacks as perf prints them, folded, and drawn as an SVG: each frame as wide as its share of the time."""

import collections
import html
import re

WIDTH, ROW, FONT = 1400, 17, 11
SHARE_MIN = 0.001  # narrower frames are left out
LETTER = 6.6
HEAD = re.compile(r"^(\S.*?)\s+\d+")
FRAME = re.compile(r"^\s+[0-9a-f]+ (.*) \((.*)\)$")


def short(symbol):
    """A C++ name without its parameters and template arguments, which no frame is wide enough for."""
    symbol = re.sub(r"\+0x[0-9a-f]+$", "", symbol).replace("(anonymous namespace)::", "").replace("operator()", "operator_call")
    text, depth = [], 0
    for letter in symbol:
        if letter in ">)" and depth > 0:
            depth -= 1
        elif letter in "<(":
            depth += 1
        elif depth == 0:
            text.append(letter)
    return "".join(text).replace("millrace::", "").removeprefix("void ").strip() or symbol


def fold(script):
    """`perf script` text as {(thread, outermost frame, ..., innermost): samples}."""
    stacks, thread, frames = collections.Counter(), None, []
    for line in [*script.splitlines(), ""]:
        if not line.strip():
            if thread:
                stacks[(thread, *reversed(frames))] += 1
            thread, frames = None, []
        elif frame := FRAME.match(line):
            name, binary = frame.groups()
            frames.append(short(name) if name != "[unknown]" else f"[{binary.rpartition('/')[2]}]")
        elif head := HEAD.match(line):
            thread = head.group(1)
    return stacks


class Node:
    def __init__(self):
        self.samples = 0
        self.children = collections.defaultdict(Node)


def tree(stacks):
    root = Node()
    for stack, samples in stacks.items():
        root.samples += samples
        node = root
        for frame in stack:
            node = node.children[frame]
            node.samples += samples
    return root


def color(name):
    """Kernel and libraries apart from the program; the same name always the same."""
    number = sum(name.encode())
    if name.startswith("["):
        return f"hsl({200 + number % 20}, 45%, 70%)"
    return f"hsl({10 + number % 45}, 75%, {58 + number % 12}%)"


def _frames(node, name, left, depth, whole, out):
    share = node.samples / whole
    if share < SHARE_MIN:
        return depth
    width = share * WIDTH
    label = html.escape(name[:int(width / LETTER)]) if width > 3 * LETTER else ""
    out.append((left, depth, width, color(name), label, f"{html.escape(name)}: {100 * share:.1f} % ({node.samples} samples)"))
    deepest = depth
    for child_name, child in sorted(node.children.items()):
        deepest = max(deepest, _frames(child, child_name, left, depth + 1, whole, out))
        left += child.samples / whole * WIDTH
    return deepest


def svg(stacks, title):
    root, out = tree(stacks), []
    deepest = _frames(root, title, 0.0, 0, max(root.samples, 1), out)
    height = (deepest + 2) * ROW
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="monospace" font-size="{FONT}">',
             f'<rect width="{WIDTH}" height="{height}" fill="white"/>']
    for left, depth, width, fill, label, told in out:
        y = height - (depth + 1.5) * ROW
        lines.append(f'<g><title>{told}</title><rect x="{left:.1f}" y="{y:.1f}" width="{width:.1f}" height="{ROW - 1}" fill="{fill}"/>'
                     f'<text x="{left + 2:.1f}" y="{y + 12:.1f}">{label}</text></g>')
    return "\n".join([*lines, "</svg>", ""])


def heaviest(stacks, count=15):
    """[(share, frame)] of the time spent in the frame itself, and in it with all it calls."""
    own, whole = collections.Counter(), collections.Counter()
    for stack, samples in stacks.items():
        own[stack[-1]] += samples
        for frame in set(stack[1:]):
            whole[frame] += samples
    total = max(sum(stacks.values()), 1)
    return ([(samples / total, frame) for frame, samples in own.most_common(count)],
            [(samples / total, frame) for frame, samples in whole.most_common(count)])
