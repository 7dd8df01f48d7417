#!/usr/bin/python3
"""Writes src/page/font_tables.inc: glyph names to Unicode, encodings, and the widths of the 14 standard fonts.

Facts only. Sources: the Adobe Glyph List and encodings as python3-fonttools holds them, and the AFM files of
fonts-urw-base35, whose advance widths are those of the standard fonts. Run: tools/make_font_tables.py > src/page/font_tables.inc
"""
import pathlib
from fontTools import agl
from fontTools.encodings import MacRoman, StandardEncoding

AFM = pathlib.Path("/usr/share/fonts/type1/urw-base35")
LATIN = ["NimbusSans-Regular", "NimbusSans-Bold", "NimbusRoman-Regular", "NimbusRoman-Bold",
         "NimbusRoman-Italic", "NimbusRoman-BoldItalic"]
PROBES = set(StandardEncoding.StandardEncoding) | set(MacRoman.MacRoman)


def read_afm(name):
    glyphs = {}
    for line in (AFM / f"{name}.afm").read_text(encoding="latin-1").splitlines():
        if line.startswith("C "):
            fields = dict(part.split(None, 1) for part in line.split(" ; ")[0:3])
            glyphs[fields["N"].split()[0]] = (int(fields["C"]), round(float(fields["WX"])))
    return glyphs


def emit(name, items):
    """One long literal, since compilers and readers both take it faster than thousands of initialisers."""
    print(f"constexpr std::string_view {name} =")
    line = ""
    for item in items:
        item = "-" if item == ".notdef" else item
        if len(line) + len(item) + 1 > 102:
            print(f'    "{line}"')
            line = ""
        line += item + " "
    print(f'    "{line}";\n')


def cp1252_names():
    by_unicode = {}
    for name in sorted(agl.AGL2UV):
        value = agl.AGL2UV[name]
        if name in PROBES or value not in by_unicode:
            by_unicode[value] = name
    names = []
    for code in range(256):
        try:
            text = bytes([code]).decode("cp1252")
        except UnicodeDecodeError:
            text = "\u2022"  # "all unused codes greater than 40 map to the bullet": Annex D.2, note 3
        names.append(".notdef" if code < 32 else by_unicode.get(ord(text), ".notdef"))
    names[0x7F], names[0xA0], names[0xAD] = "bullet", "space", "hyphen"
    return names


def main():
    print("// Written by tools/make_font_tables.py; do not edit.\n")
    print("// name=code point in hex, of the Adobe Glyph List; sorted by name.")
    values = {name: value if isinstance(value, (list, tuple)) else [value] for name, value in agl.LEGACY_AGL2UV.items()}
    values.update({name: [value] for name, value in agl.AGL2UV.items()})
    emit("kGlyphNames", [f"{name}={value[0]:04X}" for name, value in sorted(values.items()) if len(value) == 1])
    print("// Glyph names by code, 0 to 255; - for none.")
    emit("kStandardEncoding", StandardEncoding.StandardEncoding)
    emit("kMacRomanEncoding", [n if n != "nonbreakingspace" else "space" for n in MacRoman.MacRoman])
    emit("kWinAnsiEncoding", cp1252_names())
    for constant, font in (("kSymbolEncoding", "StandardSymbolsPS"), ("kZapfDingbatsEncoding", "D050000L")):
        codes = {code: name for name, (code, _) in read_afm(font).items() if code >= 0}
        emit(constant, [codes.get(code, ".notdef") for code in range(256)])
    fonts = [read_afm(name) for name in LATIN]
    names = sorted(n for n in fonts[0] if all(n in f for f in fonts) and (n in agl.AGL2UV and agl.AGL2UV[n] < 0x2300))
    print("// name=advance in 1/1000 em of Helvetica, -Bold, Times-Roman, -Bold, -Italic, -BoldItalic; Courier is 600.")
    emit("kLatinWidths", ["=".join([n] + [str(f[n][1]) for f in fonts]) for n in names])
    emit("kSymbolWidths", [f"{n}={w}" for n, (_, w) in sorted(read_afm("StandardSymbolsPS").items())])
    emit("kZapfDingbatsWidths", [f"{n}={w}" for n, (_, w) in sorted(read_afm("D050000L").items())])


main()
