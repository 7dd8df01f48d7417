"""Originals of every bad kind: a clear error that names the file, and a vault that is as before."""
import os
import pathlib
import shutil
import signal
import subprocess
import time

from outside import *


class BadOriginals(OutsideTest):
    def setUp(self):
        super().setUp()
        self.init()

    def refused(self, path, *texts, flags=()):
        result = barium("add", path, *flags, vault=self.vault)
        self.expect(result, FAILED, path.name if hasattr(path, "name") else str(path), *texts)
        self.expect(barium("list", vault=self.vault), DONE, "The vault is empty")
        return result

    def test_absent_empty_directory_text(self):
        self.refused(self.place / "absent.pdf", "no such file")
        self.refused(self.file("empty.pdf", b""), "empty")
        self.refused(self.place, "directory")
        self.refused(self.file("text.pdf", "Dear all,\n"))
        self.refused(self.file("zeros.pdf", bytes(5000)))

    def test_a_name_that_is_too_long(self):
        for command in ("add", "forecast", "examine"):
            self.expect(barium(command, "x" * 300, vault=self.vault), FAILED, "x" * 300)

    def test_a_forecast_of_nothing_names_what_was_meant(self):
        self.expect(barium("forecast", "typo.pdf", vault=self.place / "none"), FAILED, "typo.pdf", "no such file")

    def test_unreadable(self):
        path = self.file("secret.pdf", b"%PDF-1.4")
        path.chmod(0)
        words = command_line(["forecast", path], None)
        if os.geteuid() == 0:  # root reads everything
            self.place.chmod(0o755)
            words = ["setpriv", "--reuid=65534", "--clear-groups"] + words
        self.expect(Result(subprocess.run(words, capture_output=True)), FAILED, "secret.pdf", "cannot be read")

    def test_cut_in_the_middle(self):
        whole = MEMORANDUM.read_bytes()
        result = barium("add", self.file("cut.pdf", whole[:len(whole) // 3]), vault=self.vault)
        self.assertIn(result.code, (DONE, FAILED), result.talk)  # repaired, or refused: never a crash
        if result.code == FAILED:
            self.assertIn("cut.pdf", result.talk)

    def test_no_pages(self):
        self.refused(self.file("none.pdf", small_pdf(0)), "no pages")

    def test_five_thousand_pages(self):
        self.refused(self.file("many.pdf", small_pdf(5000)), "2000")

    def test_broken_xref_is_repaired(self):
        broken = small_pdf(2).replace(b"startxref\n", b"startxref\n9")
        self.expect(barium("add", self.file("broken.pdf", broken), vault=self.vault), DONE, "2 pages")

    def test_a_trailer_without_size(self):
        lacking = small_pdf(1).replace(b"<</Size 6/Root", b"<</Root").replace(b"startxref", b"startxxxx")
        self.expect(barium("add", self.file("lacking.pdf", lacking), vault=self.vault), DONE, "1 page,")

    def test_a_page_tree_that_bites_its_tail(self):
        cyclic = small_pdf(2).replace(b"/Count 2/Kids[5 0 R 6 0 R]", b"/Count 1/Kids[5 0 R 2 0 R]")
        self.expect(barium("add", self.file("cyclic.pdf", cyclic), vault=self.vault), DONE, "1 page,")

    def test_a_poster_can_be_examined(self):
        """Its raster at 200 dpi is beyond 60 Mpx: it was registered so, and could then not be read."""
        words = b"BT /F 90 Tf 100 6000 Td 120 TL " + b"".join(
            b"(%s) Tj T* " % b" ".join(b"word%d" % (17 * line * line + n * n * n) for n in range(9))
            for line in range(48)) + b"ET"
        poster = small_pdf(1, words).replace(b"[0 0 612 792]", b"[0 0 6400 6300]")
        path = self.file("poster.pdf", poster)
        self.expect(barium("add", path, vault=self.vault), DONE, "1 page,")
        picture = picture_of(path, 1, self.place / "poster", "-gray", resolution=18)
        result = barium("examine", picture, "--json", vault=self.vault)
        self.expect(result, DONE)
        self.assertEqual([line["photo"]["width"] for line in result.lines()], [1600])

    def test_forms_that_draw_themselves_end(self):
        loop = small_pdf(1, b"/X Do").replace(b"/Font<</F 3 0 R>>", b"/XObject<</X 4 0 R>>").replace(
            b"<</Length", b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 4 0 R>>>>/Length")
        result = barium("add", self.file("loop.pdf", loop), vault=self.vault)
        self.assertIn(result.code, (DONE, FAILED), result.talk)

    def test_a_password_is_asked_for_and_taken(self):
        locked = self.place / "locked.pdf"
        subprocess.run(["qpdf", "--encrypt", "user", "owner", "256", "--", MEMORANDUM, locked], check=True)
        self.refused(locked, "encrypted")
        self.refused(locked, flags=("--password", "wrong"))
        self.expect(barium("forecast", locked, env={"BARIUM_PASSWORD": "user"}), DONE, "6 pages")
        self.expect(barium("add", locked, "--password", "owner", vault=self.vault), DONE, "6 pages")

    def stop_while_it_reads(self, *arguments):
        """SIGINT once a worker reads the document; what was said, and the temporary folder."""
        long = self.place / "long.pdf"
        subprocess.run(["qpdf", "--empty", "--pages"] + [MEMORANDUM] * 12 + ["--", long], check=True)
        temporary = self.place / "tmp"
        temporary.mkdir()
        process = subprocess.Popen(command_line([*arguments, long], self.vault), stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, env=os.environ | UNCONFINED | {"TMPDIR": str(temporary)})
        while not pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text():
            time.sleep(0.02)
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        talk = process.communicate(timeout=60)[1].decode()
        self.assertEqual(process.returncode, FAILED, talk)
        self.assertEqual(list(temporary.iterdir()), [])
        return talk

    def test_ctrl_c_while_a_long_document_is_read_adds_nothing(self):
        for flags in [(), ("--unconfined",)]:
            self.assertIn("long.pdf: stopped; it was not added", self.stop_while_it_reads("add", *flags))
            shutil.rmtree(self.place / "tmp")
        self.expect(barium("list", vault=self.vault), DONE, "The vault is empty")
        self.expect(barium("doctor", vault=self.vault), DONE, "is sound")

    def test_ctrl_c_ends_a_forecast(self):
        self.assertIn("stopped", self.stop_while_it_reads("forecast"))

    def test_a_missing_font_does_not_matter(self):
        self.expect(barium("add", self.file("font.pdf", small_pdf(1)), vault=self.vault), DONE, "1 page,")

    def test_a_signed_original_needs_consent(self):
        signed = DATA / "pdf/nasty/pyHanko__minimal-two-fields-signed-twice.pdf"
        if not signed.exists():
            self.skipTest(f"{signed} is absent")
        self.refused(signed, "sign", "--break-signatures")
        self.expect(barium("add", signed, "--break-signatures", vault=self.vault), DONE)

    def test_a_bad_file_among_good_ones_does_not_stop_them(self):
        result = barium("add", self.file("bad.pdf", "x"), self.file("good.pdf", small_pdf(1)), vault=self.vault)
        self.expect(result, FAILED, "bad.pdf", "good.pdf")

    def test_a_files_name_cannot_command_the_terminal(self):
        evil = self.file("a\x1b[2J\x9b2J\u202eb.pdf", b"x")
        for files in ([evil], [evil, evil]):
            result = barium("add", *files, vault=self.vault)
            self.expect(result, FAILED)
            self.assertNotRegex(result.talk, "[\x1b\x80-\x9f\u202e]")

    def test_the_same_file_is_registered_once(self):
        good = self.file("good.pdf", small_pdf(1))
        for _ in range(2):
            self.expect(barium("add", good, vault=self.vault), DONE, "good.pdf")
        self.assertEqual(len(barium("list", "--json", vault=self.vault).lines()), 1)

    def test_a_document_without_carriers_is_not_issued(self):
        self.expect(barium("add", self.file("blank.pdf", small_pdf(1, b"0 0 9 9 re f")), vault=self.vault), DONE)
        people = self.file("people.csv", "name\nAnn\n")
        self.expect(barium("issue", "blank.pdf", "--to", people, "--out", self.place / "o", vault=self.vault),
                    FAILED, "can carry a mark", "no copies were made")
        self.assertFalse(list(self.place.glob("o/*")))

    def test_a_document_with_too_few_carriers_is_not_issued(self):
        self.expect(barium("add", self.file("few.pdf", small_pdf(1)), vault=self.vault), DONE)
        people = self.file("people.csv", "name\n" + "".join(f"P{i}\n" for i in range(50)))
        self.expect(barium("issue", "few.pdf", "--to", people, "--out", self.place / "o", vault=self.vault),
                    FAILED, "no copies were made")
        self.expect(barium("forecast", "few.pdf", "--copies", "50", vault=self.vault), DONE,
                    "cannot be issued to 50 recipients", "nobody from anybody")


if __name__ == "__main__":
    main()
