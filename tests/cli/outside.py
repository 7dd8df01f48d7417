"""Runs the built barium as its users do, and says what came back. Shared by the tests of this folder."""
import atexit
import json
import os
import pathlib
import shutil
import struct
import subprocess
import tempfile
import unittest
import zlib

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("BARIUM_PROGRAM", str(SOURCE / "build/release/barium"))
MEMORANDUM = SOURCE / "demo/memorandum.pdf"
DATA = pathlib.Path(os.environ.get("BARIUM_DATA", SOURCE / "../shared/data")).resolve()

DONE, USAGE, FAILED = 0, 2, 3


def walls_stand():
    """Whether this machine lets bubblewrap make namespaces: many containers do not."""
    return subprocess.run(["bwrap", "--unshare-all", "--ro-bind", "/", "/", "true"], capture_output=True).returncode == 0


# Where there are none, what barium does with files is tested all the same, and the walls are skipped.
UNCONFINED = {} if walls_stand() else {"BARIUM_UNCONFINED": "1"}
if UNCONFINED:
    print("bubblewrap cannot make namespaces here: files are parsed unconfined, tests of the walls are skipped")
needs_walls = unittest.skipIf(UNCONFINED, "bubblewrap cannot make namespaces here")


class Result:
    def __init__(self, process):
        self.code = process.returncode
        self.out = process.stdout.decode("utf-8", "replace")
        self.talk = process.stderr.decode("utf-8", "replace")
        self.json = None

    def lines(self):
        return [json.loads(line) for line in self.out.splitlines()]


def command_line(arguments, vault):
    words = [PROGRAM] + [str(argument) for argument in arguments]
    return words + (["--vault", str(vault)] if vault else [])


def barium(*arguments, vault=None, timeout=120, **options):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("BARIUM_")}
    environment.update(UNCONFINED | options.pop("env", {}))
    return Result(subprocess.run(command_line(arguments, vault), capture_output=True, timeout=timeout,
                                 env=environment, **options))


_shared = None


def shared_place():
    """A vault that holds the memorandum and has issued two copies of it; made once, not to be written to."""
    global _shared
    if _shared is None:
        _shared = pathlib.Path(tempfile.mkdtemp(prefix="barium-cli-"))
        atexit.register(shutil.rmtree, _shared, ignore_errors=True)
        people = _shared / "people.csv"
        people.write_text("name,unit\nAnn Example,1\nBen Example,2\n")
        for step in (["init"], ["add", MEMORANDUM],
                     ["issue", "memorandum.pdf", "--to", people, "--out", _shared / "out"]):
            result = barium(*step, vault=_shared / "v")
            if result.code != 0:
                raise RuntimeError(f"{step}: {result.talk}")
    return _shared


def png(width, height, rows, color=0, depth=8):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b"")


def pgm(path):
    data = path.read_bytes()
    magic, size, _, pixels = data.split(b"\n", 3)
    width, height = map(int, size.split())
    return width, height, pixels


def picture_of(pdf, page, into, *flags, resolution=100):
    """The page as pdftoppm draws it; the path of the picture."""
    subprocess.run(["pdftoppm", "-r", str(resolution), "-f", str(page), "-l", str(page), "-singlefile", *flags,
                    str(pdf), str(into)], check=True)
    return next(into.parent.glob(into.name + ".*"))


def small_pdf(pages, content=b"BT /F 12 Tf 50 700 Td (one two three four five) Tj ET"):
    """A PDF by hand: one font, one content stream, `pages` pages."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>",
               b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, b" ".join(b"%d 0 R" % (5 + i) for i in range(pages))),
               b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
               b"<</Length %d>>stream\n%s\nendstream" % (len(content), content)]
    objects += [b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F 3 0 R>>>>>>"] * pages
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    xref = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    xref += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + xref + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(out))


class OutsideTest(unittest.TestCase):
    def setUp(self):
        self.place = pathlib.Path(tempfile.mkdtemp(prefix="barium-cli-"))
        self.addCleanup(shutil.rmtree, self.place, ignore_errors=True)
        self.vault = self.place / "v"

    def expect(self, result, code, *texts):
        said = result.out + result.talk
        self.assertEqual(result.code, code, said)
        for text in texts:
            self.assertIn(text, said)
        self.assertNotIn("Traceback", said)
        self.assertNotIn("fault of barium", said)

    def init(self):
        self.expect(barium("init", vault=self.vault), DONE)

    def file(self, name, content):
        path = self.place / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path


def main():
    unittest.main(verbosity=2)
