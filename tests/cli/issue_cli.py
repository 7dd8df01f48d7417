"""Issuing: lists of every kind, exactly once under kill -9, Ctrl-C, a second issuer, a full disk."""
import csv
import random
import os
import shutil
import signal
import subprocess
import time

from outside import *


class Issue(OutsideTest):
    def setUp(self):
        super().setUp()
        shutil.copytree(shared_place() / "v", self.vault)
        self.out = self.place / "out"

    def issue(self, people, *flags, **options):
        return barium("issue", "memorandum.pdf", "--to", people, "--out", self.out, *flags, vault=self.vault,
                      **options)

    def start(self, people):
        return subprocess.Popen(command_line(["issue", "memorandum.pdf", "--to", people, "--out", self.out],
                                             self.vault), stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def people(self, count):
        return self.file("people.csv", "name,number\n" + "".join(f"Person,{i}\n" for i in range(count)))

    def rows(self):
        with open(self.out / "copies.csv", newline="") as rows:
            return list(csv.DictReader(rows))

    def expect_exactly_once(self, count):
        rows = self.rows()
        self.assertEqual(len(rows), count)
        self.assertEqual(sorted(int(row["number"]) for row in rows), list(range(count)))
        files = {row["file"] for row in rows}
        self.assertEqual(len(files), count)
        self.assertEqual({path.name for path in self.out.iterdir()}, files | {"copies.csv"})
        self.assertEqual(len({row["copy"] for row in rows}), count)
        contents = {(self.out / name).read_bytes() for name in files}
        self.assertEqual(len(contents), count, "two people have the same file")

    def wait_for_files(self, least):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self.out.exists() and sum(1 for _ in self.out.iterdir()) >= least:
                return
            time.sleep(0.01)
        self.fail("no file appeared")

    def test_the_list_keeps_every_column_and_the_file_opens(self):
        people = self.file("people.csv", "Email,Name\nann@x.org,\"Example, Ann\"\n")
        self.expect(self.issue(people), DONE, "Issued 1 copy of")
        with open(self.out / "copies.csv", newline="") as rows:
            self.assertEqual(next(csv.reader(rows))[:3], ["copy", "name", "file"])
        row = self.rows()[0]
        self.assertEqual((row["name"], row["Email"]), ("Example, Ann", "ann@x.org"))
        self.assertRegex(row["copy"], r"^c-[0-9a-z]{8}$")
        self.assertEqual(subprocess.run(["qpdf", "--check", self.out / row["file"]], capture_output=True).returncode, 0)

    def test_columns_of_the_same_or_of_our_names_are_kept(self):
        people = self.file("people.csv", "mail,name,mail,file,x;y;z;w,,\na,Ann,b,c,d,,\n")
        for _ in range(2):  # the second time, the first's copies.csv is read
            self.expect(self.issue(people), DONE)
            row = self.rows()[0]
            self.assertEqual([row[c] for c in ("name", "mail", "mail (2)", "file (2)", "x;y;z;w")],
                             ["Ann", "a", "b", "c", "d"])

    def test_what_it_writes_is_for_its_owner_alone(self):
        self.expect(self.issue(self.people(2)), DONE)
        self.assertEqual(os.stat(self.out).st_mode & 0o777, 0o700)
        for path in self.out.iterdir():
            self.assertEqual(os.stat(path).st_mode & 0o777, 0o600, path)

    def test_a_directory_that_was_there_keeps_its_mode(self):
        self.out.mkdir()
        self.out.chmod(0o750)
        self.expect(self.issue(self.people(1)), DONE)
        self.assertEqual(os.stat(self.out).st_mode & 0o777, 0o750)

    def test_json_of_an_issue(self):
        report = self.issue(self.people(2), "--json").lines()
        self.assertEqual(len(report), 1)
        self.assertEqual((report[0]["schema"], report[0]["issued"], report[0]["already"]), ("barium.issue/1", 2, 0))

    def test_a_pipe_gets_no_progress(self):
        talk = self.issue(self.people(300)).talk
        self.assertEqual(talk, "")

    def test_again_issues_nobody_twice_and_mends_what_is_lost(self):
        people = self.people(5)
        self.expect(self.issue(people), DONE, "Issued 5")
        before = {row["number"]: row["copy"] for row in self.rows()}
        lost = self.out / self.rows()[2]["file"]
        content = lost.read_bytes()
        lost.unlink()
        (self.out / "copies.csv").unlink()
        self.expect(self.issue(people), DONE, "Issued 0", "5 were issued before")
        self.expect_exactly_once(5)
        self.assertEqual({row["number"]: row["copy"] for row in self.rows()}, before)
        self.assertEqual(lost.read_bytes(), content)

    def test_a_longer_list_adds_only_the_new(self):
        self.expect(self.issue(self.people(3)), DONE, "Issued 3")
        self.expect(self.issue(self.people(5)), DONE, "Issued 2", "3 were issued before")
        self.expect_exactly_once(5)

    def test_another_list_into_the_same_directory_keeps_the_first(self):
        self.expect(self.issue(self.people(2)), DONE)
        self.expect(self.issue(self.file("more.csv", "name,unit\nPerson,9\n")), DONE, "Issued 1")
        self.assertEqual([row["file"] for row in self.rows()],
                         ["memorandum-Person.pdf", "memorandum-Person (2).pdf", "memorandum-Person (3).pdf"])

    def test_a_title_that_is_no_utf8_does_not_spoil_the_list(self):
        original = os.fsencode(self.place) + b"/caf\xe9.pdf"
        shutil.copy(MEMORANDUM, original)
        added = barium("add", os.fsdecode(original), "--again", "--json", vault=self.vault)
        self.expect(added, DONE)
        people = self.file("people.csv", "name\nJürgen\n")
        for number in range(2):
            self.expect(barium("issue", added.lines()[0]["document"], "--to", people, "--out", self.out,
                               vault=self.vault), DONE, f"Issued {1 - number}")
        self.assertEqual([row["name"] for row in self.rows()], ["Jürgen"])
        self.assertEqual(len(list(self.out.glob("*.pdf"))), 1)

    def test_what_was_written_into_the_list_stays(self):
        people = self.people(2)
        self.expect(self.issue(people), DONE)
        with open(self.out / "copies.csv", newline="") as rows:
            table = list(csv.reader(rows))
        for row, remark in zip(table, ("remark", "returned", "")):
            row.append(remark)
        with open(self.out / "copies.csv", "w", newline="") as rows:
            csv.writer(rows).writerows(table)
        self.expect(self.issue(people), DONE, "2 were issued before")
        self.assertEqual([row["remark"] for row in self.rows()], ["returned", ""])

    def test_a_list_that_gained_a_column_is_remarked_on(self):
        self.assertNotIn("Note", self.issue(self.file("people.csv", "name\nAnn\nBen\n")).talk)
        self.expect(self.issue(self.file("people.csv", "name,mail\nAnn,a@x\nBen,b@x\nZoe,z@x\n")), DONE, "Issued 3",
                    "but another column or field: 2.")

    def test_people_of_another_document_in_the_same_list_are_no_namesakes(self):
        people = self.people(2)
        self.expect(self.issue(people), DONE)
        other = barium("add", "--again", MEMORANDUM, "--json", vault=self.vault)
        self.expect(other, DONE)
        issued = barium("issue", other.lines()[0]["document"], "--to", people, "--out", self.out, vault=self.vault)
        self.expect(issued, DONE, "Issued 2")
        self.assertNotIn("Note", issued.talk)
        self.assertEqual(len(self.rows()), 4)

    def test_a_file_system_that_cannot_rename_without_replacing(self):
        """As NFS answers; two people of one name still get a file each."""
        library = self.place / "nfs.so"
        source = self.file("nfs.c", "#include <errno.h>\n"
                           "int renameat2(int a, const char *b, int c, const char *d, unsigned e)"
                           "{ (void)a, (void)b, (void)c, (void)d, (void)e; errno = EINVAL; return -1; }\n")
        subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source], check=True)
        self.expect(self.issue(self.people(3), env={"LD_PRELOAD": str(library)}), DONE, "Issued 3")
        self.expect_exactly_once(3)

    def test_a_strangers_file_is_not_overwritten(self):
        self.out.mkdir()
        (self.out / "memorandum-Ann.pdf").write_text("mine")
        self.expect(self.issue(self.file("people.csv", "name\nAnn\n")), DONE)
        self.assertEqual((self.out / "memorandum-Ann.pdf").read_text(), "mine")
        self.assertEqual(self.rows()[0]["file"], "memorandum-Ann (2).pdf")
        (self.out / "copies.csv").write_text("something,else\n1,2\n")
        self.expect(self.issue(self.file("people.csv", "name\nAnn\n")), FAILED, "not a list that barium wrote")

    def test_a_later_version_of_a_file_does_not_pass_for_the_registered_one(self):
        """They have one name, which is the title: the name of a file that is there means that file."""
        people = self.people(1)
        shutil.copy(MEMORANDUM, self.place / "memorandum.pdf")
        words = ["issue", "memorandum.pdf", "--to", people, "--out", self.out]
        self.expect(barium(*words, vault=self.vault, cwd=self.place), DONE, "Issued 1")
        with open(self.place / "memorandum.pdf", "ab") as revised:
            revised.write(b"% revised\n")
        self.expect(barium(*words, vault=self.vault, cwd=self.place), USAGE, "is another than", "barium add", "d-")
        self.expect(barium("add", "memorandum.pdf", vault=self.vault, cwd=self.place), DONE)
        self.expect(barium(*words, vault=self.vault, cwd=self.place), DONE, "Issued 1")
        self.expect(self.issue(people), USAGE, "2 documents are called")

    def test_lists_of_every_bad_kind(self):
        for name, content, text in [
                ("absent", None, "no such file"), ("empty", "", "is empty"),
                ("headless", "Ann,a@x\nBen,b@x\n", "no column called 'name'"),
                ("nobody", "name,unit\n", "names nobody"),
                ("twice", "name,unit\nAnn,1\nBen,1\nAnn,1\n", "lines 2 and 4"),
                ("binary", b"name\n\0\0\n", "no text"), ("ragged", "name,unit\nAnn\n", "line 2")]:
            path = self.place / (name + ".csv") if content is None else self.file(name + ".csv", content)
            self.expect(self.issue(path), FAILED, name + ".csv", text)
        self.expect(self.issue(self.place), FAILED, "directory")

    def test_lists_of_other_encodings(self):
        for number, (encoding, note) in enumerate([("utf-8-sig", ""), ("utf-16", ""), ("cp1252", "Windows-1252")]):
            people = self.file(f"{number}.csv", f"name;n\nJürgen;{number}\n".encode(encoding))
            self.expect(self.issue(people), DONE, "Issued 1", note)
        self.assertEqual({row["name"] for row in self.rows()}, {"Jürgen"})

    def test_killed_at_any_moment_nobody_is_issued_twice_and_nobody_is_lost(self):
        people, count = self.people(1500), 1500
        chance = random.Random(1)
        for _ in range(4):
            process = self.start(people)
            time.sleep(chance.uniform(0.05, 2.5))
            process.kill()
            process.communicate()
        self.expect(self.issue(people), DONE)
        self.expect_exactly_once(count)
        result = barium("list", "--json", vault=self.vault).lines()[0]
        self.assertEqual((result["issued"], result["reserved"]), (count + 2, 0))  # two by shared_place

    def test_a_vault_from_a_backup_gives_no_codeword_to_a_second_person(self):
        shutil.copytree(self.vault, self.place / "backup")
        self.expect(self.issue(self.people(2)), DONE)
        shutil.rmtree(self.vault)
        shutil.move(self.place / "backup", self.vault)
        self.expect(self.issue(self.file("later.csv", "name\nZoe\n")), USAGE, "not of this vault", "add --again")
        self.assertEqual(len(self.rows()), 2)
        counts = barium("list", "--json", vault=self.vault).lines()[0]
        self.assertEqual(counts["issued"] + counts["reserved"], 2)  # those of shared_place

    def test_what_a_killed_run_left_is_cleared(self):
        self.out.mkdir()
        for name in (".barium-c-00000001.part", "..barium-c-00000001.part.a1B2c3", ".copies.csv.a1B2c3"):
            (self.out / name).write_bytes(b"%PDF")
        self.expect(self.issue(self.people(2)), DONE)
        self.expect_exactly_once(2)

    def test_control_c_stops_cleanly_and_says_how_to_go_on(self):
        people = self.people(2000)
        process = self.start(people)
        self.wait_for_files(300)
        process.send_signal(signal.SIGINT)
        talk = process.communicate(timeout=60)[1].decode()
        self.assertEqual(process.returncode, FAILED, talk)
        self.assertIn("Run the same command again", talk)
        done = self.rows()
        self.assertTrue(0 < len(done) < 2000)
        self.assertEqual({path.name for path in self.out.iterdir()}, {row["file"] for row in done} | {"copies.csv"})

    def test_two_at_once_the_second_is_told_who_holds_the_vault(self):
        process = self.start(self.people(3000))
        self.wait_for_files(1)
        self.expect(self.issue(self.file("other.csv", "name\nZoe\n")), FAILED, "being written by process "
                    + str(process.pid))
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)

    def test_two_vaults_do_not_write_into_one_directory_at_once(self):
        shutil.copytree(self.vault, self.place / "other")
        process = self.start(self.people(3000))
        self.wait_for_files(1)
        self.expect(barium("issue", "memorandum.pdf", "--to", self.file("zoe.csv", "name\nZoe\n"), "--out", self.out,
                           vault=self.place / "other"), FAILED, "another barium is writing")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, FAILED)
        self.assertLessEqual({row["name"] for row in self.rows()}, {"Person"})

    def small_disk(self, size):
        small = self.place / "small"
        small.mkdir()
        mount = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", small], capture_output=True)
        if mount.returncode != 0:
            self.skipTest("a small file system cannot be mounted here: a full disk was not tested")
        self.addCleanup(subprocess.run, ["umount", small])
        return small

    def test_a_full_disk_loses_nothing(self):
        small = self.small_disk("3m")
        self.out = small / "out"
        people = self.people(400)
        self.expect(self.issue(people), FAILED, "full")
        self.out = self.place / "out"
        self.expect(self.issue(people), DONE)
        self.expect_exactly_once(400)
        self.expect(barium("doctor", vault=self.vault), DONE, "is sound")

    def test_a_vault_on_a_full_disk_is_not_damaged(self):
        small = self.small_disk("400k")
        self.expect(barium("init", vault=small / "v"), DONE)
        self.expect(barium("add", MEMORANDUM, vault=small / "v"), FAILED, "disk is full")
        self.expect(barium("list", vault=small / "v"), DONE, "empty")
        self.expect(barium("doctor", vault=small / "v"), DONE, "is sound")


class LongList(OutsideTest):
    def test_a_hundred_thousand_rows_are_reserved_and_stopped(self):
        shutil.copytree(shared_place() / "v", self.vault)
        people = self.file("people.csv", "name,number\n" + "".join(f"P,{i}\n" for i in range(100_000)))
        process = subprocess.Popen(command_line(["issue", "memorandum.pdf", "--to", people, "--out",
                                                 self.place / "out"], self.vault), stderr=subprocess.PIPE)
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and not list(self.place.glob("out/*.pdf")):
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        talk = process.communicate(timeout=120)[1].decode()
        self.assertEqual(process.returncode, FAILED, talk)
        self.assertIn("of 100000 copies", talk)
        counts = barium("list", "--json", vault=self.vault).lines()[0]
        self.assertEqual(counts["issued"] + counts["reserved"], 100_002)


if __name__ == "__main__":
    main()
