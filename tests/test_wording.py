"""Sentences for people: what is counted, what begins with a path, and what would steer a terminal."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

import gcx_desktop
from gcx_desktop.cli.main import main
from gcx_desktop.kinds.registry import DEFAULT_KIND
from gcx_desktop.terminal import Parser, say
from gcx_desktop.wording import beginning, capitalised, counted, elided, shortened_words, visible

CODE = sorted(Path(gcx_desktop.__file__).parent.rglob("*.py"))
HOSTILE = "\x1b]0;owned\x07\x1b[31mred\r\x9b2J\u202egnp.exe"
SHOWN = r"\x1b]0;owned\x07\x1b[31mred\r\x9b2J\u202egnp.exe"


def test_one_thing_is_counted_in_the_singular() -> None:
    assert [counted(n, "record") for n in (0, 1, 2, 2048)] == ["0 records", "1 record", "2 records", "2,048 records"]
    assert counted(2, "class", "classes") == "2 classes"
    assert (DEFAULT_KIND.words.counted(1), DEFAULT_KIND.words.counted_nodes(1)) == ("1 molecule", "1 atom")


def test_no_sentence_counts_things_without_the_helper() -> None:
    things = "records?|molecules|pictures|rows|columns|texts|substructures|patterns|warnings|files|atoms|bonds"
    plural = re.compile(rf"\{{[^{{}}A-Z]*:,\}} (?:(?:{things})\b|\{{[\w.]*words\.(?:records|nodes)\}})")
    allowed = re.compile(r"first \{[^{}]*\} rows")
    found = [
        f"{path.name}:{number}: {line.strip()}"
        for path in CODE
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if plural.search(line) and not allowed.search(line)
    ]
    assert not found, "use wording.counted, or Words.counted:\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nothing was found", "Nothing was found"),
        ("stopped; a.csv was not written", "Stopped; a.csv was not written"),
        ("copied 3 records as SMILES", "Copied 3 records as SMILES"),
        ("one library at a time: only a.csv is opened", "One library at a time: only a.csv is opened"),
        ("work/colleague.xlsx: cannot be read", "work/colleague.xlsx: cannot be read"),
        ("my library.csv: cannot be read", "my library.csv: cannot be read"),
        ("my work/sub folder/x: cannot be read", "my work/sub folder/x: cannot be read"),
        ("library.csv holds everything", "library.csv holds everything"),
        ("work\\a: gone", "work\\a: gone"),
        ("/home/me: gone", "/home/me: gone"),
        ("", ""),
    ],
)
def test_a_sentence_begins_with_a_capital_unless_with_a_path(text: str, expected: str) -> None:
    assert capitalised(text) == expected


def test_a_long_path_loses_its_middle_and_keeps_both_ends() -> None:
    path = "/home/" + "x" * 300 + "/library.csv"
    shown = shortened_words(f"cannot open {path} now", 40)
    assert shown.startswith("cannot open /home/x")
    assert shown.endswith("x/library.csv now")
    assert max(map(len, shown.split())) == 40
    assert elided("abc", 3) == "abc"
    assert elided("abcdef", 3) == "a…f"


def test_a_text_shortened_by_its_characters_has_no_part_of_a_number() -> None:
    text = "IC50 at 12.75 µM of the 1,204 compounds"
    for longest in range(3, len(text)):
        for shown in (elided(text, longest), beginning(text, longest)):
            assert len(shown) <= longest
            rest = shown.replace("12.75", "").replace("1,204", "").replace("IC50", "").replace("IC5", "")
            assert not any(character.isdigit() for character in rest), shown


def test_what_would_steer_a_terminal_is_written_out() -> None:
    assert visible(HOSTILE) == SHOWN
    assert visible("one\ntwo\tthree") == r"one\ntwo\tthree"
    assert visible("naïve – β-blocker 分子 👩‍🔬") == "naïve – β-blocker 分子 👩‍🔬"
    assert visible("a\udce9b\u2028\ufeff") == r"a\udce9b\u2028\ufeff"


def test_what_an_encoding_lacks_is_written_out() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    say("β \x1b[0m", to=stream)
    stream.seek(0)
    assert stream.read() == "\\u03b2 \\x1b[0m\n"


def test_nothing_prints_but_the_helper() -> None:
    printing = re.compile(r"(?<![\w.])print\(|traceback\.print_exc")
    found = [
        f"{path.name}: {line.strip()}"
        for path in CODE
        if path.name != "terminal.py"
        for line in path.read_text(encoding="utf-8").splitlines()
        if printing.search(line)
    ]
    assert not found, "use terminal.say:\n" + "\n".join(found)


def test_a_usage_error_shows_what_was_typed_without_obeying_it(capsys: pytest.CaptureFixture[str]) -> None:
    parser = Parser(prog="x")
    with pytest.raises(SystemExit) as ended:
        parser.parse_args([HOSTILE])
    assert ended.value.code == 2
    assert SHOWN in capsys.readouterr().err


def test_names_in_a_library_never_reach_the_terminal_as_commands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a\x1b[2Jb.csv"
    path.write_text(f'smiles,"na{HOSTILE}me"\nC1CC,"{HOSTILE}"\nCCO,"{HOSTILE}"\n', encoding="utf-8", newline="")
    for arguments in (
        ["predict", str(path), "-o", str(tmp_path / "out.csv"), "--workers", "1"],
        ["predict", str(path), "-o", str(tmp_path / "out.csv"), "--title-column", HOSTILE],
        ["predict", str(tmp_path / f"no{HOSTILE}.csv"), "-o", "out.csv", "--debug"],
        ["predict", str(path), "-o", "out.csv", "--model", HOSTILE],
    ):
        main(arguments)
        said = capsys.readouterr()
        assert said.err
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", said.err + said.out)
