#!/usr/bin/env python3
"""Draws docs/pictures/calibration.svg from the table under "Odds claimed and seen" of docs/results.md. Run in the
checkout."""

import math
import re

WIDTH, HEIGHT = 720, 460
LEFT, TOP, RIGHT, BOTTOM = 80, 30, 690, 400
LEAST = 1e-5
# Column of the table, its line's name and colour.
LINES = [
    (1, "honest words, flat paper", "#1b6ca8"),
    (2, "honest words, bent paper", "#b5651d"),
]


def table():
    text = open("docs/results.md", encoding="utf-8").read()
    section = text.split("### Odds claimed and seen\n", 1)[1].split("\n## ", 1)[0].split("\n### ", 1)[0]
    for row in re.findall(r"^\| (\d.*)\|$", section, re.MULTILINE):
        yield [float(cell.split()[0]) for cell in row.split("|")]


def x_of(odds):
    return LEFT + (math.log10(odds) - math.log10(LEAST)) / -math.log10(LEAST) * (RIGHT - LEFT)


def y_of(odds):
    return BOTTOM - (math.log10(max(odds, LEAST)) - math.log10(LEAST)) / -math.log10(LEAST) * (BOTTOM - TOP)


def text(x, y, words, anchor="middle", colour="#222"):
    return f"<text x='{x:.0f}' y='{y:.0f}' text-anchor='{anchor}' fill='{colour}'>{words}</text>"


def main():
    rows = list(table())
    out = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {HEIGHT}' font-family='sans-serif' font-size='13'>",
        f"<rect width='{WIDTH}' height='{HEIGHT}' fill='#fff'/>",
    ]
    for power in range(-5, 1):
        odds = 10.0**power
        out.append(f"<path d='M{x_of(odds):.1f} {TOP}V{BOTTOM}M{LEFT} {y_of(odds):.1f}H{RIGHT}' stroke='#ddd'/>")
        name = "1" if power == 0 else f"1 in {10**-power:,}"
        out.append(text(x_of(odds), BOTTOM + 18, name))
        out.append(text(LEFT - 6, y_of(odds) + 4, name, "end"))
    out.append(f"<path d='M{LEFT} {BOTTOM}L{RIGHT} {TOP}' stroke='#888' stroke-dasharray='5 4'/>")
    for column, name, colour in LINES:
        points = " ".join(f"{x_of(row[0]):.1f},{y_of(row[column]):.1f}" for row in rows)
        out.append(f"<polyline points='{points}' fill='none' stroke='{colour}' stroke-width='2'/>")
        out.append(text(LEFT + 12, TOP + 18 * column, name, "start", colour))
    out.append(text((LEFT + RIGHT) / 2, HEIGHT - 16, "odds that the evidence on a word claims"))
    out.append(text(LEFT + 12, TOP + 54, "dashed: as claimed; above it: oftener", "start", "#666"))
    out.append("</svg>\n")
    with open("docs/pictures/calibration.svg", "w", encoding="utf-8") as file:
        file.write("\n".join(out))


if __name__ == "__main__":
    main()
