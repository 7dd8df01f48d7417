"""Vaults that are absent, foreign, newer, damaged, locked; help, versions, completion."""
import os
import pty
import resource
import shutil
import signal
import sqlite3
import subprocess
import time

from outside import *


class Vaults(OutsideTest):
    def test_a_crash_leaves_no_keys_behind(self):
        pattern = pathlib.Path("/proc/sys/kernel/core_pattern").read_text()
        if pattern.startswith(("|", "/")):
            self.skipTest("core files do not go to the working directory here")
        shutil.copytree(shared_place() / "v", self.vault)
        people = self.file("people.csv", "name,n\n" + "".join(f"P,{i}\n" for i in range(3000)))
        process = subprocess.Popen(
            command_line(["issue", "memorandum.pdf", "--to", people, "--out", self.place / "out"], self.vault),
            cwd=self.place, stderr=subprocess.DEVNULL,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2))
        while process.poll() is None and not list(self.place.glob("out/*.pdf")):
            time.sleep(0.05)
        process.send_signal(signal.SIGABRT)
        process.wait(timeout=60)
        self.assertEqual(process.returncode, -signal.SIGABRT)
        self.assertEqual(list(self.place.glob("core*")), [])

    def test_nothing_there_advises_init(self):
        self.expect(barium("list", vault=self.vault), FAILED, "there is no vault here", "barium init")

    def test_init_makes_a_private_directory_once(self):
        self.init()
        self.assertEqual(os.stat(self.vault).st_mode & 0o777, 0o700)
        self.expect(barium("init", vault=self.vault), USAGE, "something here already")
        self.expect(barium("list", vault=self.vault), DONE, "empty")

    def test_all_of_a_vault_is_for_its_owner_alone(self):
        self.init()
        self.expect(barium("add", MEMORANDUM, vault=self.vault), DONE)
        for path in self.vault.iterdir():
            self.assertEqual(os.stat(path).st_mode & 0o077, 0, path)

    def test_every_command_speaks_json(self):
        made = barium("init", "--json", vault=self.vault).lines()[0]
        self.assertEqual(made, {"schema": "barium.vault/1", "vault": str(self.vault)})
        added = barium("add", MEMORANDUM, "--json", vault=self.vault).lines()[0]
        self.assertEqual((added["schema"], added["pages"], len(added["page_list"])), ("barium.document/1", 6, 6))
        listed = barium("list", "--json", vault=self.vault).lines()[0]
        self.assertEqual((listed["schema"], listed["document"]), ("barium.document/1", added["document"]))
        forecast = barium("forecast", "memorandum.pdf", "--json", vault=self.vault).lines()[0]
        self.assertEqual((forecast["schema"], forecast["carriers"]), ("barium.forecast/1", added["carriers"]))
        for finding in barium("doctor", "--json", vault=self.vault).lines():
            self.assertEqual(finding["schema"], "barium.finding/1")

    def test_what_is_no_vault_is_called_so(self):
        self.expect(barium("list", vault=self.file("text", "text")), FAILED, "not a barium vault")
        (self.place / "dir").mkdir()
        self.expect(barium("list", vault=self.place / "dir"), FAILED, "not a barium vault")
        (self.place / "dir/vault.db").write_bytes(b"x" * 9000)
        self.expect(barium("list", vault=self.place / "dir"), FAILED, "not a barium vault")

    def test_a_newer_vault_is_refused_and_not_changed(self):
        self.init()
        with sqlite3.connect(self.vault / "vault.db") as database:
            database.execute("PRAGMA user_version=99")
        database.close()
        before = (self.vault / "vault.db").read_bytes()
        for command in (["list"], ["add", MEMORANDUM]):
            self.expect(barium(*command, vault=self.vault), FAILED, "newer barium")
        self.assertEqual((self.vault / "vault.db").read_bytes(), before)

    def test_a_damaged_vault_is_called_damaged(self):
        shutil.copytree(shared_place() / "v", self.vault)
        database = self.vault / "vault.db"
        content = bytearray(database.read_bytes())
        content[4096:40960] = b"\xa5" * 36864
        database.write_bytes(content)
        self.expect(barium("list", vault=self.vault), FAILED, "damaged")
        self.expect(barium("doctor", vault=self.vault), FAILED, "damaged")

    def test_a_vault_whose_parts_do_not_fit_is_called_damaged(self):
        """What a picture or a list has nothing to do with is not said of it."""
        picture = picture_of(MEMORANDUM, 1, self.place / "page", "-gray")
        people = shared_place() / "people.csv"
        for number, sql in enumerate([
                "UPDATE document SET pages=4000000000", "UPDATE document SET pages=1", "UPDATE document SET carriers=-1",
                "UPDATE document SET carriers=5", "UPDATE page SET number=number+100", "UPDATE page SET row=row+5000000000",
                "DELETE FROM document", "UPDATE page SET model=x'00'", "UPDATE page SET raster=x'00'",
                "UPDATE page SET features=x'00'", "UPDATE copy SET number=4000000000000 WHERE number=1",
                "UPDATE copy SET number=-5 WHERE number=1", "UPDATE copy SET id=-id", "UPDATE document SET id=-id",
                "UPDATE document SET copy_template=x'00'", "UPDATE document SET notes=x'ffffffff'"]):
            vault = self.place / str(number)
            shutil.copytree(shared_place() / "v", vault)
            with sqlite3.connect(vault / "vault.db") as database:
                database.execute("PRAGMA foreign_keys=OFF")
                database.execute(sql)
            database.close()
            results = [barium("examine", picture, vault=vault),
                       barium("issue", "memorandum.pdf", "--to", people, "--out", vault / "o", vault=vault)]
            for result in results:
                self.assertIn(result.code, (DONE, FAILED), sql)
                self.assertNotIn("fault of barium", result.talk, sql)
                self.assertNotIn("page.pgm:", result.talk, sql)
            self.assertTrue(any("the vault is damaged" in result.talk for result in results), sql)

    def test_doctor_finds_a_key_that_copies_do_not_fit(self):
        shutil.copytree(shared_place() / "v", self.vault)
        database = sqlite3.connect(self.vault / "vault.db")
        row, key = database.execute("SELECT row, codebook_key FROM document").fetchone()
        database.execute("UPDATE document SET codebook_key = ? WHERE row = ?", (bytes([key[0] ^ 1]) + key[1:], row))
        database.commit()
        database.close()
        self.expect(barium("doctor", vault=self.vault), FAILED, "does not fit the key")

    def test_doctor_reads_the_pages_and_not_only_the_tables(self):
        shutil.copytree(shared_place() / "v", self.vault)
        with sqlite3.connect(self.vault / "vault.db") as database:
            database.execute("UPDATE page SET model=zeroblob(length(model)) WHERE number=2")
        database.close()
        self.expect(barium("doctor", vault=self.vault), FAILED, "the vault is damaged")

    def test_the_environment_names_the_vault(self):
        self.init()
        self.expect(barium("list", env={"BARIUM_VAULT": str(self.vault)}), DONE, "empty")

    @needs_walls
    def test_doctor_finds_a_sound_machine(self):
        result = barium("doctor", "--json", vault=shared_place() / "v")
        self.expect(result, DONE)
        findings = {line["what"]: line["health"] for line in result.lines()}
        self.assertEqual(findings["vault"], "good")
        self.assertEqual(findings["limits"], "good")


class Terminal(OutsideTest):
    def test_a_terminal_sees_progress(self):
        """Reading an original of 1,500 pages takes longer than two seconds on any machine of today."""
        from pdf_cli import small_pdf
        self.init()
        long_one = self.file("long.pdf", small_pdf(1500))
        ours, theirs = pty.openpty()
        environment = {k: v for k, v in os.environ.items() if not k.startswith("BARIUM_")} | UNCONFINED
        process = subprocess.Popen(command_line(["add", long_one], self.vault), stdout=subprocess.DEVNULL,
                                   stderr=theirs, env=environment)
        os.close(theirs)
        seen = b""
        deadline = time.monotonic() + 100
        while b" s" not in seen and time.monotonic() < deadline:
            try:
                seen += os.read(ours, 4096)
            except OSError:  # it has ended
                break
        process.terminate()
        process.wait(timeout=60)
        os.close(ours)
        self.assertRegex(seen.decode(), r"(reading the document|picturing pages).*, \d+ s")


class Streams(OutsideTest):
    def run_with(self, *arguments, **options):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("BARIUM_")} | UNCONFINED
        return subprocess.run(command_line(arguments, self.vault), env=environment, timeout=120, **options)

    def test_results_that_cannot_be_written_are_a_failure(self):
        shutil.copytree(shared_place() / "v", self.vault)
        picture = self.file("no.png", b"nothing")
        for arguments in (["list"], ["list", "--json"], ["forecast", "memorandum.pdf"], ["manual"],
                          ["examine", picture, "--json"]):
            with open("/dev/full", "wb") as full:
                process = self.run_with(*arguments, stdout=full, stderr=subprocess.PIPE)
            self.assertEqual(process.returncode, FAILED, arguments)
            self.assertIn(b"could not be written", process.stderr, arguments)
            self.assertNotIn(b"fault of barium", process.stderr)

    def test_closed_streams_are_no_files(self):
        self.init()
        from pdf_cli import small_pdf
        small = self.file("small.pdf", small_pdf(1))
        process = self.run_with("add", small, preexec_fn=lambda: os.close(0), capture_output=True)
        self.assertEqual(process.returncode, DONE, process.stderr)
        process = self.run_with("list", preexec_fn=lambda: os.close(1), stderr=subprocess.PIPE)
        self.assertEqual(process.returncode, FAILED)
        self.assertIn(b"could not be written", process.stderr)


class Words(OutsideTest):
    def test_every_command_explains_itself_with_examples(self):
        overview = barium("--help")
        self.expect(overview, DONE, "issue", "examine", "Exit codes")
        for command in "init add list forecast issue examine doctor completion manual".split():
            self.expect(barium(command, "--help"), DONE, "Examples:", f"barium {command}", "--json")

    def test_wrong_usage_is_two(self):
        self.expect(barium(), USAGE)
        self.expect(barium("burn"), USAGE)
        self.expect(barium("issue", "x"), USAGE, "--to")
        self.expect(barium("examine", "--page", "1", "x", vault=self.vault), USAGE, "--document")
        for number in ("nan", "inf", "0", "1e-31", "1e-6x", ""):
            self.expect(barium("examine", "x", "--alpha", number, vault=self.vault), USAGE, "from 1e-30 to 0.01")
        self.expect(barium("add", "x", "--strength", "nan", vault=self.vault), USAGE, "from 0.05 to 1")
        self.expect(barium("--version"), DONE, "barium 0.")

    def test_bash_completes_commands_and_flags(self):
        script = barium("completion", "bash").out
        probe = script + "\nCOMP_WORDS=(barium iss); COMP_CWORD=1; _barium; echo \"${COMPREPLY[@]}\"" \
                         "\nCOMP_WORDS=(barium issue --o); COMP_CWORD=2; _barium; echo \"${COMPREPLY[@]}\"\n"
        said = subprocess.run(["bash", "-c", probe], capture_output=True, text=True, check=True).stdout
        self.assertEqual(said.split(), ["issue", "--out"])

    @unittest.skipUnless(shutil.which("fish"), "fish is absent: its completion was not tried")
    def test_fish_completes_commands_and_flags(self):
        script = self.file("barium.fish", barium("completion", "fish").out)
        for typed, offered in (("barium iss", "issue"), ("barium issue --o", "--out"), ("barium examine --pag", "--page")):
            said = subprocess.run(["fish", "--no-config", "-c", f"source {script}; complete -C '{typed}'"],
                                  capture_output=True, text=True, check=True).stdout
            self.assertEqual([line.split("\t")[0] for line in said.splitlines()], [offered])

    @unittest.skipUnless(shutil.which("zsh"), "zsh is absent: its completion was not tried")
    def test_zsh_completes_commands_and_flags(self):
        script = self.file("barium.zsh", barium("completion", "zsh").out)
        # In place of the widgets, which need a terminal: what the function hands them.
        probe = f"""autoload -U compinit; compinit -D -u; source {script}; print -r -- $_comps[barium]
            _describe() {{ print -rl -- ${{(P)2}} }}; _arguments() {{ print -rl -- $@ }}
            words=(barium iss) CURRENT=2; _barium; words=(barium issue --o) CURRENT=3; _barium"""
        said = subprocess.run(["zsh", "-fc", probe], capture_output=True, text=True, check=True).stdout.splitlines()
        self.assertEqual(said[0], "_barium")
        for start in ("issue:", "--out[", "--to["):
            self.assertTrue(any(line.startswith(start) for line in said), (start, said))

    def test_the_manual_names_what_an_option_takes(self):
        said = barium("manual").out.replace("\\-", "-")
        self.assertIn("barium - individually marked", said)
        self.assertIn("--vault \\fIPATH\\fR", said)
        self.assertIn("--out \\fIDIR\\fR", said)
        self.assertIn("--json\n", said)

    def test_other_shells_and_the_manual_name_every_command(self):
        for words in (["completion", "zsh"], ["completion", "fish"], ["manual"]):
            said = barium(*words).out
            for command in ("init", "add", "issue", "examine", "doctor"):
                self.assertIn(command, said)


if __name__ == "__main__":
    main()
