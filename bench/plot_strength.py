#!/usr/bin/env python3
"""Draws docs/pictures/strength.svg from the table under "Strength" of docs/results.md. Run in the checkout."""

import re

WIDTH, HEIGHT = 720, 420
LEFT, TOP, RIGHT, BOTTOM = 70, 30, 690, 360
# Column of the table, its line's name, colour and dashes.
LINES = [
    (2, "photo 1280, symbol errors", "#1b6ca8", ""),
    (3, "thumbnail 700 px, symbol errors", "#b5651d", ""),
    (4, "snapped screen, symbol errors", "#6a3d9a", ""),
    (5, "unevenness of gaps, added", "#c0392b", " stroke-dasharray='6 4'"),
]


def table():
    text = open("docs/results.md", encoding="utf-8").read()
    section = text.split("## Strength\n", 1)[1].split("\n## ", 1)[0]
    for row in re.findall(r"^\| (0\.\d\d \|.*)\|$", section, re.MULTILINE):
        yield [cell.strip() for cell in row.split("|")]


def number(cell):
    found = re.match(r"\+?(\d+(?:\.\d+)?)", cell)
    return float(found.group(1)) if found else None


def x_of(strength):
    return LEFT + (strength - 0.05) / 0.40 * (RIGHT - LEFT)


def y_of(percent):
    return BOTTOM - percent / 30 * (BOTTOM - TOP)


def main():
    rows = list(table())
    out = [f"<svg xmlns='http://www.w3.org/2000/svg' width='{WIDTH}' height='{HEIGHT}' font-family='sans-serif' "
           f"font-size='12'><rect width='{WIDTH}' height='{HEIGHT}' fill='white'/>"]
    for percent in range(0, 31, 5):
        y = y_of(percent)
        out.append(f"<path stroke='#ddd' d='M{LEFT} {y:.1f}H{RIGHT}'/>"
                   f"<text x='{LEFT - 8}' y='{y + 4:.1f}' text-anchor='end'>{percent} %</text>")
    for row in rows:
        x = x_of(float(row[0]))
        out.append(f"<path stroke='#ddd' d='M{x:.1f} {TOP}V{BOTTOM}'/>"
                   f"<text x='{x:.1f}' y='{BOTTOM + 18}' text-anchor='middle'>{row[0]}</text>")
    out.append(f"<text x='{(LEFT + RIGHT) / 2}' y='{BOTTOM + 40}' text-anchor='middle'>strength, pt</text>")
    for i, (column, name, colour, dashes) in enumerate(LINES):
        points = [(x_of(float(row[0])), y_of(number(row[column]))) for row in rows if number(row[column]) is not None]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        out.append(f"<path d='M{path}' fill='none' stroke='{colour}' stroke-width='2'{dashes}/>")
        out += [f"<circle cx='{x:.1f}' cy='{y:.1f}' r='3' fill='{colour}'/>" for x, y in points]
        y = TOP + 14 + 18 * i
        out.append(f"<path d='M320 {y - 4}h24' stroke='{colour}' stroke-width='2'{dashes}/>"
                   f"<text x='350' y='{y}'>{name}</text>")
    with open("docs/pictures/strength.svg", "w", encoding="utf-8") as file:
        file.write("\n".join(out) + "\n</svg>\n")


if __name__ == "__main__":
    main()
