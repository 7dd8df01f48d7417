"""The two drawings of the memorandum, as SVG text."""

FONT = 'font-family="Linux Biolinum O"'
WEEKS = list(range(30, 42))
INBOUND = [33, 36, 35, 30, 34, 37, 41, 43, 38, 36, 34, 31]
OUTBOUND = [31, 32, 34, 28, 33, 36, 37, 39, 35, 33, 31, 29]
AIM = 84


def text(x, y, words, size=8, anchor="middle", extra=""):
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}" text-anchor="{anchor}" {FONT} {extra}>{words}</text>'


def chart():
    left, bottom, height, pitch, width = 30, 150, 138, 31.5, 18
    def y(value):
        return bottom - height * value / 100
    parts = ['<svg viewBox="0 0 428 182" stroke="none" fill="#000">']
    for value in range(0, 101, 20):
        parts.append(f'<path d="M{left} {y(value):g} H{left + pitch * 12}" stroke="#999" stroke-width=".35"/>')
        parts.append(text(left - 5, y(value) + 2.6, value, anchor="end"))
    for i, week in enumerate(WEEKS):
        x = left + pitch * i + (pitch - width) / 2
        parts.append(f'<rect x="{x:g}" y="{y(INBOUND[i]):g}" width="{width}" height="{bottom - y(INBOUND[i]):g}" fill="#274b6d"/>')
        parts.append(f'<rect x="{x:g}" y="{y(INBOUND[i] + OUTBOUND[i]):g}" width="{width}" height="{y(INBOUND[i]) - y(INBOUND[i] + OUTBOUND[i]):g}" fill="#c8a951"/>')
        parts.append(text(x + width / 2, y(INBOUND[i] + OUTBOUND[i]) + 9, INBOUND[i] + OUTBOUND[i]))
        parts.append(text(x + width / 2, bottom + 11, week))
    parts.append(f'<path d="M{left} {y(AIM):g} H{left + pitch * 12}" stroke="#000" stroke-width=".7" stroke-dasharray="4 3"/>')
    parts.append(f'<path d="M{left} {bottom} H{left + pitch * 12}" stroke="#000" stroke-width=".7"/>')
    parts.append('<rect x="30" y="170" width="9" height="7" fill="#274b6d"/>' + text(43, 176.5, "inbound, in ballast", anchor="start"))
    parts.append('<rect x="130" y="170" width="9" height="7" fill="#c8a951"/>' + text(143, 176.5, "outbound, with cargo", anchor="start"))
    parts.append(text(left + pitch * 12, 176.5, "week of the year", anchor="end"))
    return "\n".join(parts) + "\n</svg>"


def chartlet():
    land = "#e9e2cf"
    parts = ['<svg viewBox="0 0 428 262" fill="none" stroke="#000">',
             '<rect x=".5" y=".5" width="427" height="261" fill="#f3f7fa" stroke-width=".8"/>',
             # Brusk to the north-west, Carvos to the east, Almery to the south
             f'<path d="M.5 .5 H212 q-8 22 -30 24 q-20 1 -24 18 q-5 18 -28 16 q-22 0 -26 18 q-2 17 -24 22 q-26 4 -30 22 q-6 15 -28 14 q-12 0 -22.500 10 Z" fill="{land}" stroke-width=".7"/>',
             f'<path d="M427.500 .5 H330 q2 18 16 26 q18 8 10 26 q-6 16 12 26 q18 8 14 26 q-2 14 16 18 q16 2 29.500 14 Z" fill="{land}" stroke-width=".7"/>',
             f'<path d="M.5 261.500 V214 q30 -10 52 0 q22 8 40 -6 q24 -16 44 -2 q14 12 36 8 q10 -2 16 10 q8 12 26 8 q20 -6 36 2 q22 10 46 0 q30 -10 58 4 q30 12 73 2 V261.500 Z" fill="{land}" stroke-width=".7"/>',
             # depth lines
             '<path d="M226 4 q-10 26 -36 30 q-18 2 -22 18 q-8 18 -30 17 q-20 2 -24 18 q-4 16 -26 22 q-24 6 -28 22 q-8 14 -30 14 q-14 2 -28 12 M318 4 q2 22 18 32 q16 6 8 22 q-6 20 14 30 q14 8 12 22 q0 16 18 22 q20 4 38 16 M2 204 q30 -10 52 0 q20 8 38 -6 q26 -18 48 -2 q14 10 34 8 q12 -2 20 10 q8 10 22 6 q20 -6 40 2 q22 8 44 0 q30 -10 60 4 q28 10 66 2" stroke="#7fa3bd" stroke-width=".45"/>',
             # the Passage
             '<path d="M262 4 L246 92 L196 150 L196 214 M286 4 L270 100 L216 160 L216 222" stroke="#274b6d" stroke-width=".9" stroke-dasharray="6 3"/>',
             '<path d="M274 4 L258 96 L206 155 L206 206" stroke="#274b6d" stroke-width=".5" stroke-dasharray="1.5 3"/>']
    for name, x, y, dx, dy in (("N6", 259, 22, -13, 2), ("N4", 254.5, 46, -12, -3), ("N2", 248.5, 79, -12, 2), ("S1", 196, 150, -13, 2), ("S3", 196, 198, -12, 2)):
        parts.append(f'<path d="M{x} {y - 4} l3 5 h-6z" fill="#a3231f" stroke="#000" stroke-width=".4"/>')
        parts.append(text(x + dx, y + dy, name, 7, "middle", 'fill="#000" stroke="none"'))
    # the reported object and where it was found
    parts.append('<circle cx="243" cy="52" r="3.600" stroke="#a3231f" stroke-width="1"/><path d="M239 58 Q216 90 187 111" stroke="#a3231f" stroke-width=".8" stroke-dasharray="3 2"/><circle cx="185" cy="113" r="3.600" fill="#a3231f" stroke="none"/>')
    label = 'fill="#000" stroke="none"'
    parts.append(text(166, 78, "reported 01.45", 7.500, "middle", label) + text(150, 104, "found 15.20", 7.500, "middle", label))
    parts.append('<path d="M190 74 L238 55 M168 106 L181 111" stroke="#000" stroke-width=".4"/>')
    # ports, anchorages, names
    for name, x, y, anchor, dx, dy in (("Tarnhaven", 358, 40, "start", 6, 3), ("Sillmouth", 379, 86.5, "start", 6, 3), ("Kelm", 105, 76, "end", -6, 3), ("Lanthe", 152, 213, "middle", 0, 13)):
        parts.append(f'<rect x="{x - 2.200}" y="{y - 2.200}" width="4.400" height="4.400" fill="#000" stroke="none"/>')
        parts.append(text(x + dx, y + dy, name, 8.500, anchor, label))
    parts.append('<ellipse cx="276" cy="182" rx="46" ry="24" stroke="#274b6d" stroke-width=".7" stroke-dasharray="2 2"/>' + text(276, 180, "Eastern", 8, "middle", label) + text(276, 190, "anchorage", 8, "middle", label))
    parts.append('<ellipse cx="154" cy="186" rx="18" ry="8" stroke="#274b6d" stroke-width=".7" stroke-dasharray="2 2"/>' + text(154, 173, "Inner roads", 8, "middle", label))
    wide = label + ' letter-spacing="3"'
    parts.append(text(62, 44, "BRUSK", 10, "middle", wide) + text(392, 64, "CARVOS", 10, "middle", wide) + text(86, 240, "ALMERY", 10, "middle", wide))
    italic = 'fill="#274b6d" stroke="none" font-style="italic" letter-spacing="1.500"'
    parts.append(text(78, 168, "The Merrow", 11, "middle", italic) + text(328, 138, "Sound of Ansel", 9, "middle", italic))
    # scale and north
    parts.append('<path d="M334 208 H414" stroke-width="1"/><path d="M334 205 V211 M374 205 V211 M414 205 V211" stroke-width=".8"/>' + "".join(text(x, 202, words, 7, "middle", label) for x, words in ((334, "0"), (374, "2"), (410, "4 miles"))))
    parts.append('<path d="M404 190 V164 M404 160 l-4 10 h8z" stroke-width=".8" fill="#000"/>' + text(404, 157, "N", 9, "middle", label))
    return "\n".join(parts) + "\n</svg>"
