#!/usr/bin/env python3
"""Fails when a file of src/MODULE includes a header of a module that src/MODULE/CMakeLists.txt does not name in USES."""
import pathlib
import re
import sys


def declared_uses(cmake_file):
    text = re.sub(r"#.*", "", cmake_file.read_text())
    uses = {}
    for call in re.finditer(r"barium_module\(\s*(\w+)(.*?)\)", text, re.S):
        words = call.group(2).split()
        section, names = None, []
        for word in words:
            if word in ("USES", "SOURCES", "TESTS", "LIBRARIES"):
                section = word
            elif section == "USES":
                names.append(word)
        uses[call.group(1)] = set(names)
    return uses


def closure(uses, module):
    seen, todo = set(), [module]
    while todo:
        for name in uses.get(todo.pop(), ()):
            if name not in seen:
                seen.add(name)
                todo.append(name)
    return seen


def main(root):
    source = pathlib.Path(root) / "src"
    uses = {}
    for cmake_file in sorted(source.glob("*/CMakeLists.txt")):
        uses.update(declared_uses(cmake_file))
    faults = []
    for module, names in uses.items():
        if module in closure(uses, module):
            faults.append(f"module {module} uses itself, by way of others")
        for path in sorted((source / module).rglob("*")):
            if path.suffix not in (".h", ".cc"):
                continue
            for number, line in enumerate(path.read_text().splitlines(), 1):
                match = re.match(r'\s*#\s*include\s+"(\w+)/', line)
                if match and match.group(1) in uses and match.group(1) != module and match.group(1) not in names:
                    faults.append(f"{path.relative_to(root)}:{number}: {module} does not declare that it uses {match.group(1)}")
    print("\n".join(faults) if faults else f"{len(uses)} modules, no undeclared include")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
