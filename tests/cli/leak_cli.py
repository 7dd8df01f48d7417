"""What pictures say of copies when pages or documents are several: in one picture, of one leak, of one look."""
import csv
import random
import shutil

from outside import *


class Versions(OutsideTest):
    """A page that several documents of the vault have."""

    def setUp(self):
        super().setUp()
        shutil.copytree(shared_place() / "v", self.vault)
        with open(shared_place() / "out" / "copies.csv", newline="") as rows:
            self.copy = next(csv.DictReader(rows))
        self.leak = picture_of(shared_place() / "out" / self.copy["file"], 3, self.place / "leak", "-gray", resolution=110)

    def expect_the_copy_is_named(self):
        found = barium("examine", self.leak, "--json", vault=self.vault).lines()[0]
        self.assertEqual([one["copy"] for one in found["accused"]], [self.copy["copy"]])
        self.assertEqual(found["placement"]["title"], "memorandum.pdf")
        note = next(note for note in found["notes"] if note["code"] == "find.same_look")
        self.assertNotIn("memorandum.pdf", note["text"], "the page that is reported is none of the others")
        leak = barium("examine", self.leak, "--together", "--json", vault=self.vault).lines()[1:]
        self.assertEqual([[one["copy"] for one in line["accused"]] for line in leak], [[self.copy["copy"]]])

    def test_registered_again_it_is_tested_against_the_copies_of_both(self):
        self.expect(barium("add", MEMORANDUM, "--again", "--title", "second", vault=self.vault), DONE)
        people = self.file("people.csv", "name\nZoe\n")
        self.expect(barium("issue", "second", "--to", people, "--out", self.place / "o", vault=self.vault), DONE)
        self.expect_the_copy_is_named()

    def test_a_registered_copy_does_not_hide_the_others(self):
        with open(shared_place() / "out" / "copies.csv", newline="") as rows:
            other = list(csv.DictReader(rows))[1]
        self.expect(barium("add", shared_place() / "out" / other["file"], "--title", "a copy", vault=self.vault), DONE)
        self.expect_the_copy_is_named()


@unittest.skipUnless(DATA.is_dir(), f"{DATA} is absent: a paragraph that stands on several pages was not tried")
class SeveralPlaces(OutsideTest):
    """A paragraph that stands on several pages of one document, and nothing else."""

    def setUp(self):
        super().setUp()
        self.expect(barium("init", vault=self.vault), DONE)
        document = DATA / "pdf/core/sample-files__pdflatex-4-pages.pdf"
        self.expect(barium("add", document, vault=self.vault), DONE)
        people = self.file("people.csv", "name\nAnn\nBen\n")
        self.expect(barium("issue", document.name, "--to", people, "--out", self.place / "out", vault=self.vault), DONE)
        with open(self.place / "out" / "copies.csv", newline="") as rows:
            self.copy = list(csv.DictReader(rows))[1]

    def seen_in(self, pdf):
        strip = picture_of(pdf, 2, self.place / "strip", "-gray", "-x", "0", "-W", "1106", "-y", "520", "-H", "260",
                           resolution=130)
        (line,) = barium("examine", strip, "--json", vault=self.vault).lines()
        return line, {note["code"]: note["text"] for note in line["notes"]}

    def test_the_marks_of_a_copy_tell_which_page_it_is(self):
        line, notes = self.seen_in(self.place / "out" / self.copy["file"])
        self.assertEqual([one["copy"] for one in line["accused"]], [self.copy["copy"]])
        self.assertEqual(line["placement"]["page"], 2)
        self.assertIn("find.told_by_marks", notes)

    def test_without_marks_no_page_is_named(self):
        line, notes = self.seen_in(DATA / "pdf/core/sample-files__pdflatex-4-pages.pdf")
        self.assertEqual((line["placement"], line["accused"]), (None, []))
        self.assertIn("page 2 of", notes["find.several_places"])


def letter_pdf(seed, changed={}):
    """A page of 36 lines of made-up words; `changed`: (line, word) of those that are others."""
    chance = random.Random(seed)
    lines = [["".join(chance.choices("abcdefghilmnoprstuvw", k=chance.randint(3, 9))) for _ in range(9)] for _ in range(36)]
    for (line, word), text in changed.items():
        lines[line][word] = text
    shown = "".join(f"BT /F 11 Tf 60 {740 - 18 * n} Td ({' '.join(line)}) Tj ET\n" for n, line in enumerate(lines))
    return small_pdf(1, shown.encode())


class VersionsAndSplices(OutsideTest):
    """Pages that differ by some words, and a sheet that was put together of two."""

    def setUp(self):
        super().setUp()
        self.init()
        self.pages = [self.file("first.pdf", letter_pdf(1)), self.file("second.pdf", letter_pdf(1, {(9, 4): "43500", (20, 2): "never"})),
                      self.file("third.pdf", letter_pdf(2))]
        self.expect(barium("add", *self.pages, vault=self.vault), DONE)

    def picture(self, number):
        return picture_of(self.pages[number], 1, self.place / f"picture{number}", "-gray", resolution=150)

    def examine(self, picture):
        (line,) = barium("examine", picture, "--json", vault=self.vault).lines()
        return line

    def test_the_version_that_is_shown_is_named_and_how_the_other_differs(self):
        for shown, other in ((0, 1), (1, 0)):
            line = self.examine(self.picture(shown))
            self.assertEqual(line["placement"]["title"], self.pages[shown].name)
            (version,) = line["versions"]
            self.assertEqual(version["title"], self.pages[other].name)
            self.assertEqual((version["only_shown"], version["vouched"], version["only_here"]), (2, 2, 2))
        self.expect(barium("examine", self.picture(1), vault=self.vault), DONE, "another version", "2 words")

    def test_a_sheet_put_together_of_two_pages_is_called_so(self):
        width, height, top = pgm(self.picture(0))
        _, _, bottom = pgm(self.picture(2))
        cut = width * (height // 2)
        sheet = self.file("sheet.pgm", b"P5\n%d %d\n255\n" % (width, height) + top[:cut] + bottom[cut:])
        line = self.examine(sheet)
        self.assertEqual(len(line["also"]), 1)
        for page, other in ((line, line["also"][0]), (line["also"][0], line)):
            self.assertEqual(page["verdict"], "altered")
            (text,) = [note["text"] for note in page["notes"] if note["code"] == "verify.spliced"]
            self.assertIn(other["placement"]["title"], text)


class SeveralPages(OutsideTest):
    """Pages side by side in one picture: each is named, and the picture has one line."""

    @classmethod
    def setUpClass(cls):
        with open(shared_place() / "out" / "copies.csv", newline="") as rows:
            cls.copies = list(csv.DictReader(rows))

    def side_by_side(self, *pages):
        """(copy, page) each."""
        shown = [pgm(picture_of(shared_place() / "out" / self.copies[copy]["file"], page, self.place / f"side{number}",
                                "-gray", resolution=130)) for number, (copy, page) in enumerate(pages)]
        width, height, _ = shown[0]
        rows = b"".join(pixels[y * width:(y + 1) * width] for y in range(height) for _, _, pixels in shown)
        return self.file("desk.pgm", b"P5\n%d %d\n255\n" % (width * len(shown), height) + rows)

    def examine(self, picture, *flags):
        result = barium("examine", picture, "--json", *flags, vault=shared_place() / "v")
        self.expect(result, DONE)
        return result.lines()

    def test_pages_of_two_copies_are_each_named(self):
        (line,) = self.examine(self.side_by_side((0, 3), (1, 2)))
        self.assertEqual(len(line["also"]), 1)
        seen = {page["placement"]["page"]: page for page in [line] + line["also"]}
        self.assertEqual([one["copy"] for one in seen[3]["accused"]], [self.copies[0]["copy"]])
        self.assertEqual([one["copy"] for one in seen[2]["accused"]], [self.copies[1]["copy"]])
        for page in seen.values():
            self.assertAlmostEqual(page["alpha"], 0.5e-6)  # the bound is the picture's

    def test_a_page_shown_twice_is_seen_twice(self):
        (line,) = self.examine(self.side_by_side((0, 3), (1, 3)))
        self.assertEqual([page["placement"]["page"] for page in [line] + line["also"]], [3, 3])
        self.assertEqual({page["accused"][0]["copy"] for page in [line] + line["also"]},
                         {copy["copy"] for copy in self.copies[:2]})

    def test_together_they_are_one_picture(self):
        _, leak = self.examine(self.side_by_side((0, 3), (0, 2)), "--together")
        self.assertEqual((leak["pictures"], leak["pages"]), (1, [2, 3]))
        self.assertEqual([one["copy"] for one in leak["accused"]], [self.copies[0]["copy"]])

    def test_people_are_told_of_each(self):
        result = barium("examine", self.side_by_side((0, 3), (1, 2)), vault=shared_place() / "v")
        self.expect(result, DONE, "This is page", "It also shows page", self.copies[0]["copy"], self.copies[1]["copy"])

    def test_measure_has_a_line_for_each(self):
        lines = barium("measure", MEMORANDUM, self.side_by_side((0, 3), (1, 2)), "--json").lines()
        self.assertEqual(sorted(line["placement"]["page"] for line in lines), [2, 3])


class Together(OutsideTest):
    """examine --together: several pictures of one leak."""

    @classmethod
    def setUpClass(cls):
        with open(shared_place() / "out" / "copies.csv", newline="") as rows:
            cls.copies = list(csv.DictReader(rows))

    def strip(self, copy, page, first):
        """A few lines of a copy's page: too few marks to say much alone."""
        return picture_of(shared_place() / "out" / self.copies[copy]["file"], page, self.place / f"strip{copy}{page}{first}",
                          "-gray", "-x", "0", "-W", "1106", "-y", str(first), "-H", "220", resolution=130)

    def together(self, *pictures, flags=()):
        result = barium("examine", *pictures, "--together", "--json", *flags, vault=shared_place() / "v")
        self.expect(result, DONE)
        lines = result.lines()
        return lines[:len(pictures)], lines[len(pictures):]

    def test_pictures_name_a_copy_once_from_all_of_their_marks(self):
        strips = [self.strip(0, 3, 500), self.strip(0, 3, 800), self.strip(0, 2, 500)]
        each, leak = self.together(*strips)
        for line in each:
            self.assertEqual((line["accused"], line["tested_copies"]), ([], 0))
        self.assertEqual(len(leak), 1)
        self.assertEqual(leak[0]["schema"], "barium.leak/1")
        self.assertEqual(leak[0]["pages"], [2, 3])
        self.assertEqual(leak[0]["pictures"], 3)
        self.assertEqual(leak[0]["carriers"]["read"], sum(line["carriers"]["read"] for line in each))
        self.assertEqual([one["copy"] for one in leak[0]["accused"]], [self.copies[0]["copy"]])
        alone = min(barium("examine", strip, "--json", vault=shared_place() / "v").lines()[0]["accused"][0]["log10_p_value"]
                    for strip in strips)
        self.assertLess(leak[0]["accused"][0]["log10_p_value"], alone)

    def test_the_report_says_once_whose_copy_they_show(self):
        reports = self.place / "reports"
        self.together(self.strip(0, 3, 500), self.strip(0, 3, 800), flags=("--report", reports))
        self.assertIn(self.copies[0]["copy"], (reports / "together.html").read_text())
        for page in reports.glob("0*.html"):
            self.assertIn("href='together.html'", page.read_text())
            self.assertNotIn("No copies were compared", page.read_text())

    def test_the_same_picture_twice_counts_once(self):
        strip = self.strip(1, 3, 500)
        _, once = self.together(strip)
        each, twice = self.together(strip, strip)
        self.assertEqual(once, twice)
        self.assertIn("examine.same_picture", [note["code"] for note in each[1]["notes"]])

    def test_pages_of_two_copies_name_both(self):
        _, leak = self.together(self.strip(0, 3, 500), self.strip(0, 3, 800), self.strip(1, 2, 500), self.strip(1, 2, 800))
        self.assertEqual(sorted(one["copy"] for one in leak[0]["accused"]),
                         sorted(copy["copy"] for copy in self.copies[:2]))

    def test_a_page_put_together_from_two_copies_names_both(self):
        """The upper third of one copy's page over the rest of another's, in one picture."""
        pages = [picture_of(shared_place() / "out" / copy["file"], 3, self.place / f"whole{number}", "-gray", resolution=130)
                 for number, copy in enumerate(self.copies[:2])]
        width, height, upper = pgm(pages[0])
        _, _, lower = pgm(pages[1])
        cut = height // 3 * width
        spliced = self.file("spliced.pgm", b"P5\n%d %d\n255\n" % (width, height) + upper[:cut] + lower[cut:])
        found = barium("examine", spliced, "--json", vault=shared_place() / "v").lines()[0]
        self.assertEqual(sorted(one["copy"] for one in found["accused"]),
                         sorted(copy["copy"] for copy in self.copies[:2]))
        parts = {one["copy"]: one.get("part") for one in found["accused"]}
        self.assertEqual(parts[self.copies[0]["copy"]]["page"], 3)
        self.assertLess(parts[self.copies[0]["copy"]]["page_box"][3], 500)

    def test_of_pictures_of_nothing_known_nothing_is_said(self):
        each, leak = self.together(self.file("grey.png", png(400, 500, (b"\0" + b"\x80" * 400) * 500)))
        self.assertIsNone(each[0]["placement"])
        self.assertEqual(leak, [])

    def test_people_are_told_in_words(self):
        result = barium("examine", self.strip(0, 3, 500), self.strip(0, 3, 800), "--together", vault=shared_place() / "v")
        self.expect(result, DONE, "Together, 2 pictures of 'memorandum.pdf'", self.copies[0]["copy"])


if __name__ == "__main__":
    main()
