"""Pictures of every kind: bad ones get a clear error and the rest goes on; good ones name page and copy."""
import csv
import json
import os
import shutil
import subprocess

from outside import *


class Pictures(OutsideTest):
    @classmethod
    def setUpClass(cls):
        cls.out = shared_place() / "out"
        with open(cls.out / "copies.csv", newline="") as rows:
            cls.copies = list(csv.DictReader(rows))
        cls.leak = cls.out / cls.copies[0]["file"]
        cls.gray = picture_of(cls.leak, 3, shared_place() / "page", "-gray")

    def examine(self, *paths, flags=()):
        return barium("examine", *paths, "--json", *flags, vault=shared_place() / "v")

    def named(self, path):
        result = self.examine(path)
        self.expect(result, DONE)
        found = result.lines()[0]
        self.assertIsNotNone(found["placement"], result.out)
        self.assertEqual(found["placement"]["page"], 3)
        self.assertEqual([one["copy"] for one in found["accused"]], [self.copies[0]["copy"]])
        return found

    def refused(self, path, *texts):
        result = self.examine(path)
        self.expect(result, FAILED, path.name, *texts)
        line = result.lines()[0]
        self.assertEqual(line["verdict"], "undetermined")
        self.assertIsNone(line["placement"])
        return line["error"]["code"]

    def test_the_contract(self):
        """Every field of barium.examination/1 is there with its type; fields only grow."""
        contract = {"schema": str, "photo": {"file": str, "sha256": str, "width": int, "height": int},
                    "placement": {"document": str, "title": str, "page": int, "score": float, "photo_from_page": list},
                    "verdict": str, "words": {"on_page": int, "vouched": int, "altered": list, "unreadable": int},
                    "carriers": {"on_page": int, "read": int}, "accused": list, "tested_copies": int, "alpha": float,
                    "notes": list}
        found = self.named(self.gray)
        self.expect_fields(found, contract, "")
        self.assertEqual(found["schema"], "barium.examination/1")
        self.assertIn(found["verdict"], ("genuine", "altered", "not_ours", "undetermined"))
        self.assertEqual(len(found["placement"]["photo_from_page"]), 9)
        for number in found["placement"]["photo_from_page"]:
            self.assertIsInstance(number, (int, float))
        self.expect_fields(found["accused"][0], {"copy": str, "p_value": float, "bound": str}, "accused")
        for note in found["notes"]:
            self.expect_fields(note, {"code": str, "text": str}, "notes")
        self.assertEqual(found["tested_copies"], 2)
        self.assertEqual(found["alpha"], 1e-6)
        self.assertLessEqual(found["carriers"]["read"], found["carriers"]["on_page"])

    def expect_fields(self, found, contract, where):
        for field, kind in contract.items():
            self.assertIn(field, found, where)
            if isinstance(kind, dict):
                self.expect_fields(found[field], kind, field)
            else:
                # JSON writes 1.0 as 1 where it likes; a truth value is no number.
                kinds = (int, float) if kind is float else kind
                self.assertIsInstance(found[field], kinds, f"{where}.{field}")
                self.assertNotIsInstance(found[field], bool, f"{where}.{field}")

    def test_broken_files(self):
        self.assertEqual(self.refused(self.place / "absent.jpg", "no such file"), "not_found")
        self.refused(self.file("empty.jpg", b""), "empty")
        self.refused(self.file("zeros.png", bytes(4096)))
        self.refused(self.file("text.jpg", "Dear all"))
        self.refused(self.file("broken.pdf", b"%PDF-1.7\nnothing more"))

    def test_a_directory_without_pictures(self):
        (self.place / "none").mkdir()
        self.expect(self.examine(self.place / "none"), DONE, "Examined 0 pictures")

    def test_a_directory_that_cannot_be_read_is_a_failure(self):
        closed = self.place / "photos/closed"
        closed.mkdir(parents=True)
        shutil.copytree(shared_place() / "v", self.vault)
        words = ["examine", self.place / "photos", "--json"]
        if os.geteuid() == 0:  # root reads everything
            for path in [self.place, *self.place.rglob("*")]:
                os.chown(path, 65534, 65534)
        closed.chmod(0)
        self.addCleanup(closed.chmod, 0o700)
        nobody = ["setpriv", "--reuid=65534", "--clear-groups"] if os.geteuid() == 0 else []
        result = Result(subprocess.run(nobody + command_line(words, self.vault), capture_output=True,
                                       env=os.environ | UNCONFINED))
        self.expect(result, FAILED, "closed", "Permission denied", "1 could not be examined")

    def test_a_files_name_cannot_command_the_terminal(self):
        result = self.examine(self.file("a\x1b[2Jb.jpg", b"Dear all"))
        self.expect(result, FAILED)
        self.assertNotIn("\x1b", result.talk)

    def test_what_a_cut_file_lacks_is_no_change_of_the_page(self):
        jpeg = picture_of(self.leak, 2, self.place / "cut", "-jpeg", resolution=150)
        whole = jpeg.read_bytes()
        for percent in (40, 60):
            jpeg.write_bytes(whole[:len(whole) * percent // 100])
            one = self.examine(jpeg).lines()[0]
            self.assertEqual(one["verdict"], "undetermined")
            self.assertEqual((one["words"]["altered"], one["graphics"]["altered"]), ([], []))

    def test_a_cut_picture_never_names_the_wrong_one(self):
        jpeg = picture_of(self.leak, 3, self.place / "j", "-jpeg")
        jpeg.write_bytes(jpeg.read_bytes()[:60_000])
        result = self.examine(jpeg)
        self.assertIn(result.code, (DONE, FAILED), result.talk)
        for one in result.lines()[0]["accused"]:
            self.assertEqual(one["copy"], self.copies[0]["copy"])

    def test_sizes(self):
        one = self.examine(self.file("one.png", png(1, 1, b"\0\0")))
        self.expect(one, DONE)
        self.assertIsNone(one.lines()[0]["placement"])
        self.assertEqual(self.refused(self.file("wide.png", png(20_000, 1, bytes(20_001))), "20"), "limit")

    def test_sixteen_bit_and_alpha(self):
        width, height, pixels = pgm(self.gray)
        deep, alpha = bytearray(), bytearray()
        for y in range(height):
            row = pixels[y * width:(y + 1) * width]
            wide, clear = bytearray(2 * width), bytearray(2 * width)
            wide[0::2] = wide[1::2] = row
            clear[1::2] = bytes(255 - v for v in row)  # black ink of varying opacity on nothing
            deep += b"\0" + wide
            alpha += b"\0" + clear
        self.named(self.file("deep.png", png(width, height, bytes(deep), depth=16)))
        self.named(self.file("alpha.png", png(width, height, bytes(alpha), color=4)))

    def test_dark_mode(self):
        width, height, pixels = pgm(self.gray)
        dark = bytes(30 + (255 - v) * 200 // 255 for v in pixels)
        self.named(self.file("dark.pgm", b"P5\n%d %d\n255\n" % (width, height) + dark))

    def test_cmyk(self):
        self.named(picture_of(self.leak, 3, self.place / "cmyk", "-jpegcmyk"))

    def test_turned_and_told_so_by_exif(self):
        jpeg = picture_of(self.leak, 3, self.place / "j", "-jpeg", "-gray").read_bytes()
        exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
        turned = jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + jpeg[2:]
        found = self.named(self.file("turned.jpg", turned))
        self.assertGreater(found["photo"]["width"], found["photo"]["height"])

    def test_an_animation_is_its_first_frame(self):
        gif = (b"GIF89a\2\0\2\0\x80\0\0\0\0\0\xff\xff\xff" +
               2 * b"!\xf9\4\0\x0a\0\0\0,\0\0\0\0\2\0\2\0\0\2\3D\2\5\0" + b";")
        result = self.examine(self.file("move.gif", gif))
        self.expect(result, DONE)
        self.assertEqual(len(result.lines()), 1)

    def test_heic(self):
        if not shutil.which("heif-enc"):
            self.skipTest("heif-enc (libheif-examples) is absent: no HEIC picture can be made")
        source = picture_of(self.leak, 3, self.place / "h", "-png")
        target = self.place / "h.heic"
        made = subprocess.run(["heif-enc", "-q", "80", source, "-o", target], capture_output=True)
        if made.returncode != 0:
            self.skipTest("heif-enc has no encoder here")
        self.named(target)

    def test_a_leaked_pdf_is_examined_page_by_page(self):
        result = self.examine(self.leak)
        self.expect(result, DONE)
        lines = result.lines()
        self.assertEqual([line["photo"]["page"] for line in lines], [1, 2, 3, 4, 5, 6])
        for line in lines:
            self.assertEqual(line["placement"]["page"], line["photo"]["page"])
            self.assertEqual([one["copy"] for one in line["accused"]], [self.copies[0]["copy"]])

    def test_the_unmarked_original_accuses_nobody(self):
        result = self.examine(picture_of(MEMORANDUM, 2, self.place / "original", "-gray"))
        self.expect(result, DONE)
        self.assertEqual(result.lines()[0]["placement"]["page"], 2)
        self.assertEqual(result.lines()[0]["accused"], [])

    def test_many_files_go_on_after_a_bad_one_and_end_with_a_summary(self):
        photos = self.place / "photos/deep"
        photos.mkdir(parents=True)
        shutil.copy(self.gray, photos / "b.pgm")
        (photos / "a.jpg").write_bytes(b"no picture")
        (photos / "notes.txt").write_text("not looked at")
        result = self.examine(self.place / "photos")
        self.expect(result, FAILED, "Examined 2 pictures", "1 recognised", "1 could not")
        self.assertEqual([line["photo"]["file"].rsplit("/")[-1] for line in result.lines()], ["a.jpg", "b.pgm"])

    def test_words_for_people(self):
        result = barium("examine", self.gray, vault=shared_place() / "v")
        self.expect(result, DONE, "This is page 3 of 'memorandum.pdf'", "It is of copy " + self.copies[0]["copy"],
                    "1 in 10^", "at most 1 in 1,000,000.")
        self.assertNotIn("1e-06", result.out)

    def test_a_copy_of_another_vault_is_not_called_illegible(self):
        self.init()
        self.expect(barium("add", MEMORANDUM, vault=self.vault), DONE)
        people = self.file("people.csv", "name\nZoe\n")
        self.expect(barium("issue", "memorandum.pdf", "--to", people, "--out", self.place / "o", vault=self.vault), DONE)
        result = barium("examine", self.gray, vault=self.vault)
        self.expect(result, DONE, "may show the original, or a copy that is not of this vault", "1 copy tested")

    def test_the_words_of_an_honest_copy_are_vouched_for_and_none_is_altered(self):
        words = self.examine(self.gray).lines()[0]["words"]
        self.assertEqual(words["altered"], [])
        self.assertEqual(words["vouched"] + words["unreadable"], words["on_page"])
        self.assertGreater(words["vouched"], words["on_page"] // 10)  # 100 dpi

    def test_lines_and_pictures_of_an_honest_copy_are_counted_and_none_is_altered(self):
        graphics = self.examine(self.gray).lines()[0]["graphics"]
        self.assertEqual(graphics["altered"], [])
        self.assertEqual(graphics["vouched"] + graphics["unreadable"], graphics["on_page"])

    def test_what_somebody_wrote_on_blank_paper_is_told_with_its_place(self):
        width, height, pixels = pgm(self.gray)
        rows = bytearray(pixels)
        left, top = 450, 960  # below the text, and above the foot of the page
        for stroke in range(8):
            for y in range(top, top + 14):
                at = y * width + left + 9 * stroke
                rows[at:at + 3] = b"\x10" * 3
        written = self.file("written.pgm", b"P5\n%d %d\n255\n" % (width, height) + bytes(rows))
        line = self.examine(written).lines()[0]
        self.assertEqual(line["verdict"], "altered")
        self.assertEqual([word["kind"] for word in line["words"]["altered"]], ["added"])
        quad = line["words"]["altered"][0]["photo_quad"]
        self.assertAlmostEqual((quad[0] + quad[2]) / 2, left + 33, delta=15)
        self.assertAlmostEqual((quad[1] + quad[5]) / 2, top + 7, delta=10)
        self.expect(barium("examine", written, vault=shared_place() / "v"), DONE, "ink where the page is blank")

    @unittest.skipUnless(shutil.which("tesseract"), "tesseract is absent: what was added is not read")
    def test_what_was_added_is_read(self):
        picture = picture_of(shared_place() / "out" / self.copies[0]["file"], 3, self.place / "fine", "-gray", resolution=150)
        width, height, pixels = pgm(picture)
        rows = bytearray(pixels)
        line = [int(150 / 72 * edge) for edge in (70, 51, 121, 63)]  # the reference at the head of the page
        for y in range(line[1], line[3]):
            at = (y + 1390) * width + 650
            rows[at:at + line[2] - line[0]] = pixels[y * width + line[0]:y * width + line[2]]
        added = self.file("added.pgm", b"P5\n%d %d\n255\n" % (width, height) + bytes(rows))
        (word,) = self.examine(added).lines()[0]["words"]["altered"]
        self.assertEqual((word["kind"], word["reads"], word["reads_by"]), ("added", "JGPC/WR/41", "ocr"))

    def test_a_report_is_one_file_a_picture_that_needs_no_network(self):
        reports = self.place / "reports"
        nothing = self.file("grey <b>.png", png(400, 500, (b"\0" + b"\x80" * 400) * 500))
        result = self.examine(self.gray, nothing, self.file("zeros.png", bytes(4096)), flags=("--report", reports))
        self.expect(result, FAILED)
        written = sorted(path.name for path in reports.glob("*.html"))
        self.assertEqual([name[:4] for name in written], ["001-", "002-", "003-"])
        overlays = [path.name for path in reports.glob("*.png")]
        self.assertEqual(overlays, [written[0].replace(".html", ".png")], "one for the page that was found")
        for name, line in zip(written, result.lines()):
            page = (reports / name).read_text(encoding="utf-8")
            self.assertNotRegex(page, r"(?:src|href)=.https?:")
            self.assertNotIn("<b>.png", page)
            data = page.split("id='json'>")[1].split("</script>")[0]
            self.assertEqual(json.loads(data), line)
        self.assertIn("It shows the marks of one copy.", (reports / written[0]).read_text(encoding="utf-8"))

    def test_a_report_that_cannot_be_written_is_a_failure(self):
        self.expect(self.examine(self.gray, flags=("--report", self.file("taken", "x"))), FAILED, "reports")

    def test_narrowing(self):
        document = barium("list", "--json", vault=shared_place() / "v").lines()[0]["document"]
        right = self.examine(self.gray, flags=("--document", document, "--page", "3"))
        self.assertEqual(right.lines()[0]["placement"]["page"], 3)
        wrong = self.examine(self.gray, flags=("--document", document, "--page", "2"))
        self.expect(wrong, DONE)
        self.assertIsNone(wrong.lines()[0]["placement"])
        self.expect(self.examine(self.gray, flags=("--document", document, "--page", "99")), USAGE, "no page 99")
        self.expect(self.examine(self.gray, flags=("--document", "d-00000000")), FAILED, "no document")

    def test_an_empty_name_does_not_widen_the_search(self):
        self.expect(self.examine(self.gray, flags=("--document", "")), USAGE)
        self.expect(self.examine(self.gray, flags=("--report", "")), USAGE)

    def test_check_gives_the_verdict(self):
        self.expect(self.examine(self.gray, flags=("--check",)), 12)

    def test_check_of_nothing_is_a_failure(self):
        (self.place / "none").mkdir()
        self.expect(self.examine(self.place / "none", flags=("--check",)), FAILED, "Examined 0 pictures")

    def test_what_cannot_be_told_is_no_crash(self):
        with open("/dev/full", "w") as full:
            result = subprocess.run(command_line(["examine", "nonesuch"], shared_place() / "v"), stderr=full, stdout=full)
        self.assertEqual(result.returncode, FAILED)

    def test_the_walls_stay_unless_taken_down_by_name(self):
        for value, warned in (("no", False), ("banana", False), ("1", True)):
            result = barium("examine", self.gray, vault=shared_place() / "v", env={**os.environ, "BARIUM_UNCONFINED": value})
            self.expect(result, DONE)
            self.assertEqual("without confinement" in result.talk, warned, value)

    def test_unconfined_warns(self):
        result = self.examine(self.gray, flags=("--unconfined",))
        self.expect(result, DONE, "without confinement")


class Measures(OutsideTest):
    """barium measure: the registration alone, without a vault."""

    def measure(self, original, photo, *flags):
        result = barium("measure", original, photo, "--json", *flags)
        self.expect(result, DONE)
        return result.lines()[0]

    def picture(self, name="leak"):
        out = shared_place() / "out"
        with open(out / "copies.csv", newline="") as rows:
            copy = out / next(csv.DictReader(rows))["file"]
        return picture_of(copy, 3, self.place / name, "-gray", resolution=130)

    def test_the_contract(self):
        found = self.measure(MEMORANDUM, self.picture())
        self.assertEqual(found["schema"], "barium.measurement/1")
        self.assertEqual(found["placement"]["page"], 3)
        self.assertEqual(len(found["placement"]["photo_from_page"]), 9)
        self.assertGreater(len(found["words"]), 0.95 * found["words_on_page"])
        for word in found["words"]:
            self.assertIsInstance(word["text"], str)
            self.assertEqual(len(word["box"]), 4)
            self.assertIsInstance(word["carrier"], bool)
            for number in ("dx_pt", "dy_pt", "sigma_pt", "match"):
                self.assertIsInstance(word[number], float)

    def test_carriers_of_a_copy_stand_a_quarter_of_a_point_away_and_other_words_do_not(self):
        words = self.measure(MEMORANDUM, self.picture())["words"]
        moved = sorted(abs(word["dx_pt"]) for word in words if word["carrier"])
        still = sorted(abs(word["dx_pt"]) for word in words if not word["carrier"])
        self.assertGreater(moved[len(moved) // 2], 0.2)
        self.assertLess(moved[len(moved) // 2], 0.3)
        self.assertLess(still[len(still) // 2], 0.1)

    def test_a_picture_may_be_the_original(self):
        original = picture_of(MEMORANDUM, 3, self.place / "original", "-png", resolution=150)
        found = self.measure(original, self.picture())
        self.assertEqual(found["placement"]["page"], 1)
        self.assertGreater(len(found["words"]), 0.8 * found["words_on_page"])
        self.assertIn("measure.size_assumed", [note["code"] for note in found["notes"]])

    def test_one_page_may_be_asked_for(self):
        picture = self.picture()
        self.assertEqual(self.measure(MEMORANDUM, picture, "--page", 3)["placement"]["page"], 3)
        self.assertIsNone(self.measure(MEMORANDUM, picture, "--page", 2)["placement"])
        self.expect(barium("measure", MEMORANDUM, picture, "--page", 99), USAGE, "there is no page 99")

    def test_a_foreign_picture_is_no_error(self):
        found = self.measure(MEMORANDUM, self.file("grey.png", png(400, 500, (b"\0" + b"\x80" * 400) * 500)))
        self.assertIsNone(found["placement"])
        self.assertEqual(found["words"], [])

    def test_bad_files_are_named(self):
        picture = self.picture()
        self.expect(barium("measure", self.file("empty.pdf", b""), picture), FAILED, "empty.pdf", "is empty")
        self.expect(barium("measure", MEMORANDUM, self.place), FAILED, str(self.place))
        self.expect(barium("measure", self.place / "none.pdf", picture), FAILED, "none.pdf")
        self.expect(barium("measure", self.file("cut.png", b"\x89PNG\r\n\x1a\n"), picture), FAILED, "cut.png")
        self.expect(barium("measure", MEMORANDUM), USAGE)


if __name__ == "__main__":
    main()
