import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pypdf import PdfReader
from rdkit import Chem

from gcx_desktop.depict.drawing import depict
from gcx_desktop.errors import Cancelled, FileError, OutputError
from gcx_desktop.kinds.molecules.kind import MOLECULES
from gcx_desktop.library.record import Rejected
from gcx_desktop.paths import resource
from gcx_desktop.progress import CancelToken, Progress
from gcx_desktop.report.content import ReportContent, ReportHeader, ReportMolecule, ReportValue
from gcx_desktop.report.data import molecule_data
from gcx_desktop.report.pdf import write_pdf

HEADER = ReportHeader(
    words=MOLECULES.words,
    library_name="drugs.sdf",
    n_records=1204,
    n_rejected=4,
    class_counts=(("permeable", 800), ("not permeable", 400)),
    model_name="bbbp",
    model_task="Blood-brain barrier permeability",
    model_facts=(("Task", "Blood-brain barrier permeability"), ("Trained on", "1,960 molecules")),
    limits=("Says little about salts.",),
    method_name="Grad-CAM",
    method_id="grad-cam",
    method_paper="Pope et al., CVPR 2019",
    signed=False,
    scale_maximum=0.5,
    scale_mode="library",
    colour_threshold=0.1,
    command_line="gcx report drugs.sdf --method grad-cam -o drugs.pdf",
    created="2026-01-02 03:04 UTC",
    program="gcx-desktop 0.1.0",
)
ASPIRIN = Chem.MolFromSmiles("CC(=O)Oc1ccccc1C(=O)O")
DRAWN = depict(ASPIRIN)


def molecule(record: int = 1, title: str = "Aspirin", **changes: object) -> ReportMolecule:
    plain = ReportMolecule(
        record=record,
        title=title,
        smiles="CC(=O)Oc1ccccc1C(=O)O",
        predicted_class="permeable",
        probability=0.974,
        probabilities=(("not permeable", 0.026), ("permeable", 0.974)),
        explained_class="permeable",
        saliency=np.linspace(0.0, 0.5, 13),
        depiction=DRAWN,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def pages(path: Path) -> list[str]:
    return [page.extract_text().replace("\u200b", "") for page in PdfReader(path).pages]


def words(path: Path) -> str:
    """All text with the line ends of wrapping undone."""
    return " ".join(" ".join(pages(path)).split())


def test_the_title_page_tells_all_that_makes_the_report_again(tmp_path: Path) -> None:
    out = tmp_path / "r.pdf"
    write_pdf(out, ReportContent(HEADER, [molecule()], []))
    first = " ".join(pages(out)[0].split())
    for said in (
        "drugs.sdf", "1,204", "1,200", "Blood-brain", "1,960 molecules", "Says little about salts.", "Pope et al.",
        "not whether that is good", "below 10 %", HEADER.command_line, "gcx-desktop 0.1.0", "1 / 2",
    ):  # fmt: skip
        assert said in first


def test_the_command_line_is_copied_from_the_page_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "r.pdf"
    command = "gcx report " + "/a-folder/with,commas" * 8 + ".sdf --smiles-column x --colour-threshold 0.1 -o out.pdf"
    write_pdf(out, ReportContent(replace(HEADER, command_line=command), [], []))
    copied = PdfReader(out).pages[0].extract_text()
    assert "\u200b" not in copied.partition("MADE AGAIN BY")[2]
    assert command.replace(" ", "") in "".join(copied.split())


def test_a_card_tells_title_prediction_class_and_maximum(tmp_path: Path) -> None:
    out = tmp_path / "r.pdf"
    write_pdf(out, ReportContent(HEADER, [molecule(record=1234)], []))
    card = " ".join(pages(out)[1].split())
    for said in ("Aspirin", "record 1,234", "permeable 0.97", "explains permeable", "0.5", "atom saliency", "2 / 2"):
        assert said in card


def test_molecules_stand_eight_a_page_and_rejected_records_follow(tmp_path: Path) -> None:
    out = tmp_path / "r.pdf"
    write_pdf(
        out, ReportContent(HEADER, [molecule(i) for i in range(1, 18)], [Rejected(16, 40, "odd", "valence of N is 5")])
    )
    text = pages(out)
    assert len(text) == 1 + 3 + 1
    assert "valence of N is 5" in text[-1]
    assert text[-1].count("odd") == 1


def test_an_empty_report_is_a_valid_pdf(tmp_path: Path) -> None:
    out = tmp_path / "r.pdf"
    write_pdf(
        out,
        ReportContent(replace(HEADER, class_counts=(), limits=(), command_line="", n_records=0, n_rejected=0), [], []),
    )
    assert len(pages(out)) == 1


MARKUP = ['#import "x"', "$x^2$", "*bold* _it_", "<script>alert(1)</script>", "back\\slash ] [ `raw`", "= Head // no"]


def test_titles_are_data_and_never_markup(tmp_path: Path) -> None:
    out = tmp_path / "r.pdf"
    header = replace(HEADER, library_name=MARKUP[0], model_name=MARKUP[1], limits=tuple(MARKUP), command_line="#[*a*]")
    write_pdf(out, ReportContent(header, [molecule(title=t) for t in MARKUP], [Rejected(0, 1, t, t) for t in MARKUP]))
    text = words(out)
    for title in MARKUP:
        assert text.count(title) >= 3, title
    assert "#[*a*]" in text


SCRIPTS = {
    "Chinese": "乙酰水杨酸", "Japanese": "アスピリン", "Korean": "아스피린", "Greek": "Ασπιρίνη", "Cyrillic": "Аспирин",
    "Arabic": "أسبرين", "Hebrew": "אספירין", "Devanagari": "एस्पिरिन", "Thai": "แอสไพริน",
}  # fmt: skip


def test_names_in_any_script_have_glyphs_of_an_embedded_font(tmp_path: Path) -> None:
    out = tmp_path / "r.pdf"
    write_pdf(out, ReportContent(HEADER, [molecule(title=title) for title in SCRIPTS.values()], []))
    text = words(out)
    for script in ("Chinese", "Japanese", "Korean", "Greek", "Cyrillic"):
        assert SCRIPTS[script] in text, script
    fonts = {}
    for page in PdfReader(out).pages:
        for font in page["/Resources"]["/Font"].values():
            font = font.get_object()
            descendant = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
            fonts[str(font["/BaseFont"])] = descendant["/FontDescriptor"].get_object()
    assert all("/FontFile2" in d or "/FontFile3" in d for d in fonts.values())
    for family in (
        "DroidSansFallback",
        "NanumSquare",
        "NotoSansArabic",
        "NotoSansHebrew",
        "NotoSansDevanagari",
        "NotoSansThai",
    ):
        assert any(family in name for name in fonts), family


@pytest.mark.parametrize(
    "title",
    ["a\x00b\x07\x1b[31m\r\n\tc\u2028d", "\ud800\udfff lone", "\u202eright to left", "e" + "\u0301" * 5000, " "],
)
def test_control_characters_do_no_harm(tmp_path: Path, title: str) -> None:
    out = tmp_path / "r.pdf"
    write_pdf(
        out, ReportContent(replace(HEADER, library_name=title), [molecule(title=title)], [Rejected(0, 1, title, title)])
    )
    assert len(pages(out)) == 3


def test_a_very_long_title_is_cut_and_moves_nothing(tmp_path: Path) -> None:
    out = tmp_path / "r.pdf"
    titles = ["A" * 10_000, "界" * 10_000, "(2S,5R)-6-{[hydroxy]amino}-" * 400, "word " * 2000, *["x"] * 4]
    write_pdf(out, ReportContent(HEADER, [molecule(title=title) for title in titles], []))
    text = pages(out)
    assert len(text) == 2
    assert text[1].count("…") == 4


def test_what_is_not_there_is_a_dash_or_a_reason(tmp_path: Path) -> None:
    out = tmp_path / "r.pdf"
    nothing = molecule(saliency=np.full(13, np.nan), probability=float("nan"), title="")
    undrawn = molecule(depiction=None, note="")
    write_pdf(
        out, ReportContent(HEADER, [nothing, undrawn, molecule(depiction=None, note="took longer than 10 s")], [])
    )
    text = words(out)
    for said in ("permeable —", "max —", "untitled", "too complex to draw", "took longer than 10 s"):
        assert said in text


def test_each_molecule_may_have_its_own_scale(tmp_path: Path) -> None:
    out = tmp_path / "r.pdf"
    write_pdf(out, ReportContent(replace(HEADER, scale_mode="molecule", signed=True), [molecule()], []))
    assert "cannot be compared" in words(out)
    assert "against it" in words(out)


def test_a_signed_map_is_told_with_its_sign_and_what_that_means(tmp_path: Path) -> None:
    out = tmp_path / "r.pdf"
    write_pdf(out, ReportContent(replace(HEADER, signed=True), [molecule(saliency=np.linspace(0.2, -0.4, 13))], []))
    first, text = " ".join(pages(out)[0].split()), words(out)
    assert "≤ −0.5 against the class 0 ≥ 0.5 for the class" in first
    assert "max −0.4" in text


def test_enough_molecules_of_two_classes_have_a_chart(tmp_path: Path) -> None:
    template = tmp_path / "t.typ"
    template.write_text('#let r = json("report.json")\n#repr(r.chart) #r.molecules.len()')
    write_pdf(tmp_path / "a.pdf", ReportContent(HEADER, [molecule(i) for i in range(20)], []), template=template)
    write_pdf(tmp_path / "b.pdf", ReportContent(HEADER, [molecule(i) for i in range(19)], []), template=template)
    assert "chart.svg" in words(tmp_path / "a.pdf")
    assert "none 19" in words(tmp_path / "b.pdf")


def test_a_value_stands_with_its_unit_and_interval_in_the_place_of_a_probability(tmp_path: Path) -> None:
    changed = {"class_counts": (), "signed": True, "value_name": "pIC50", "value_unit": "log units", "median": "6.5"}
    header = replace(HEADER, **changed)  # type: ignore[arg-type]
    value = ReportValue(6.84, "6.8", "5.9 to 7.6")
    of_value = {
        "predicted_class": "pIC50",
        "probability": float("nan"),
        "probabilities": (),
        "explained_class": "pIC50",
        "saliency": np.linspace(-0.4, 0.2, 13),
    }
    out, template = tmp_path / "r.pdf", tmp_path / "t.typ"
    many = [molecule(n + 1, value=replace(value, number=n / 4), **of_value) for n in range(20)]
    write_pdf(out, ReportContent(header, many, []))
    said = words(out)
    for part in (
        "6.5 median pIC50", "Amber raises pIC50, blue lowers it, in log units", "lowers it", "raises it",
        "pIC50 6.8 5.9 to 7.6", "explains pIC50 · max −0.4 log units", "holds the true one for nine in ten molecules",
    ):  # fmt: skip
        assert part in said
    assert "the class" not in said
    template.write_text('#let r = json("report.json")\n#repr(r.chart) #r.molecules.len()')
    for n, expected in ((20, "chart.svg"), (19, "none 19")):
        write_pdf(tmp_path / "chart.pdf", ReportContent(header, many[:n], []), template=template)
        assert expected in words(tmp_path / "chart.pdf")


def test_a_template_that_does_not_work_is_named(tmp_path: Path) -> None:
    template = tmp_path / "mine.typ"
    out = tmp_path / "r.pdf"
    for content, why in (("#nothing-like-this", "unknown variable"), ('#import "@preview/x:1.0.0": y', "network")):
        template.write_text(content)
        with pytest.raises(FileError, match=why) as caught:
            write_pdf(out, ReportContent(HEADER, [], []), template=template)
        assert caught.value.path == template
    with pytest.raises(FileError, match="no such template"):
        write_pdf(out, ReportContent(HEADER, [], []), template=tmp_path / "absent.typ")
    assert not out.exists()


def test_a_template_sees_nothing_but_its_own_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    template = tmp_path / "mine.typ"
    template.write_text(f'#read("{(tmp_path / "secret.txt").as_posix()}")')
    with pytest.raises(FileError, match="does not work"):
        write_pdf(tmp_path / "r.pdf", ReportContent(HEADER, [], []), template=template)


def test_a_missing_folder_is_an_output_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="does not exist"):
        write_pdf(tmp_path / "no" / "r.pdf", ReportContent(HEADER, [molecule()], []))


def test_the_library_is_not_overwritten(tmp_path: Path) -> None:
    library = tmp_path / "r.pdf"
    library.write_text("molecules")
    with pytest.raises(OutputError):
        write_pdf(library, ReportContent(HEADER, [molecule()], []), forbid=library)
    assert library.read_text() == "molecules"


def test_stopped_while_drawing_it_leaves_the_old_file(tmp_path: Path) -> None:
    out, cancel = tmp_path / "r.pdf", CancelToken()
    out.write_text("old")

    def molecules() -> Iterator[ReportMolecule]:
        yield molecule()
        cancel.cancel()
        yield molecule()

    with pytest.raises(Cancelled):
        write_pdf(out, ReportContent(HEADER, molecules(), []), cancel=cancel)
    assert [p.name for p in tmp_path.iterdir()] == ["r.pdf"]
    assert out.read_text() == "old"


def test_stopped_while_typesetting_it_ends_at_once(tmp_path: Path) -> None:
    out, cancel, template = tmp_path / "r.pdf", CancelToken(), tmp_path / "endless.typ"
    out.write_text("old")
    template.write_text("#for i in range(2000000000) { for j in range(2000000000) { let x = i + j } }")

    def report(progress: Progress) -> None:
        assert progress.what == "Typesetting"
        threading.Timer(0.4, cancel.cancel).start()

    with pytest.raises(Cancelled):
        write_pdf(out, ReportContent(HEADER, [], []), template=template, report=report, cancel=cancel)
    assert out.read_text() == "old"


def test_an_error_of_the_molecules_leaves_the_old_file(tmp_path: Path) -> None:
    out = tmp_path / "r.pdf"
    out.write_text("old")

    def molecules() -> Iterator[ReportMolecule]:
        yield molecule()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_pdf(out, ReportContent(HEADER, molecules(), []))
    assert out.read_text() == "old"


def test_the_same_report_is_the_same_file(tmp_path: Path) -> None:
    for name in ("a.pdf", "b.pdf"):
        write_pdf(tmp_path / name, ReportContent(HEADER, [molecule()], []))
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_fonts_are_small_enough_and_come_with_their_licences() -> None:
    fonts = sorted(resource("fonts").glob("*.ttf"))
    assert len(fonts) == 9
    assert max(font.stat().st_size for font in fonts) < 4096 * 1024
    assert sum(font.stat().st_size for font in fonts) < 8 * 1024 * 1024
    assert "SIL OPEN FONT LICENSE" in (resource("fonts") / "OFL.txt").read_text(encoding="utf-8")
    assert "Apache License" in (resource("fonts") / "Apache-2.0.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("saliency", "words"),
    [
        (np.zeros(3), "no atom counts for permeable"),
        (np.full(3, 1e-6), "permeable: all below 10 % of the scale"),
        (np.array([0.0, 0.5, np.nan]), "explains permeable · max 0.5"),
    ],
)
def test_a_card_says_what_its_picture_shows_or_why_it_shows_nothing(saliency: np.ndarray, words: str) -> None:
    shown = replace(molecule(), saliency=saliency, explained_class="permeable")
    scaled = replace(HEADER, scale_maximum=1.0, colour_threshold=0.1, scale_mode="library")
    assert molecule_data(shown, scaled, None)["why"] == words


def test_the_title_page_and_the_cards_say_what_was_done_to_molecules_first(tmp_path: Path) -> None:
    out = tmp_path / "r.pdf"
    header = replace(HEADER, preparation="largest fragment; 1 molecule changed")
    done = "largest fragment of 2 predicted; neutralised"
    write_pdf(out, ReportContent(header, [molecule(preparation=done), molecule(record=2)], []))
    assert "largest fragment; 1 molecule changed" in " ".join(pages(out)[0].split())
    assert " ".join(pages(out)[1].split()).count(done) == 1
    plain = tmp_path / "plain.pdf"
    write_pdf(plain, ReportContent(HEADER, [molecule()], []))
    assert "Preparation" not in pages(plain)[0]
