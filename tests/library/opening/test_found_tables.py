"""Tables and lists as programs and people write them: every row is a record, and what was guessed is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcx_desktop.errors import LibraryError, UnknownNameError
from gcx_desktop.library.library import Library, open_library
from gcx_desktop.library.molecules.molecule import Molecule, read_molecule, structure_warnings
from gcx_desktop.library.record import Format, RecordText, Rejected
from gcx_desktop.library.table_options import TableOptions

BLOCK = "ethane\n  own\n\n  2  1  0  0  0  0  0  0  0  0999 V2000\n{atom}{atom}  1  2  1  0\nM  END\n".format(
    atom="    0.0000    0.0000    0.0000 C   0  0  0  0  0  0  0  0  0  0  0  0\n"
)
ETHANOL, METHANE = "InChI=1S/C2H6O/c1-2-3/h3H,2H2,1H3", "InChI=1S/CH4/h1H4"


def opened(tmp_path: Path, text: str | bytes, name: str = "a.csv", **asked: object) -> Library:
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return open_library(path, TableOptions(**asked))  # type: ignore[arg-type]


def records(library: Library) -> list[tuple[str, str]]:
    """(title, structure) of each record, the reason in the place of the structure of a rejected one."""
    with library:
        found = [library.text(i) for i in range(len(library))]
    return [(text.title, text.reason if isinstance(text, Rejected) else text.smiles or text.notation) for text in found]


def said(library: Library) -> str:
    return " | ".join(choice.sentence for choice in library.choices)


TWO = [("ethanol", "CCO"), ("propane", "CCC")]


@pytest.mark.parametrize(
    "above",
    [
        "sep=;\r\n",
        '"sep=;"\n',
        "SEP=;\n\n",
        "# made by a program\n# smiles are canonical; names are trivial\n",
        "// a comment\n\n",
        "% exported\n%% twice\n",
        "; a comment of another kind\n",
        "Compounds of plate 7\n",
        "Compounds of plate 7;;\n;;\n",
        "\n  \n\n",
        "# -*- coding: utf-8 -*-\n",
        "encoding=UTF-8\n",
        "Report\nDate: 1 May\n\nOperator;me\n\n",
        "SMILES and names of all compounds\n\n",
    ],
)
@pytest.mark.parametrize("name", ["a.csv", "a.txt"])
def test_lines_above_the_header_are_no_rows(tmp_path: Path, above: str, name: str) -> None:
    library = opened(tmp_path, above + "Name;SMILES;pIC50\nethanol;CCO;5,1\npropane;CCC;6,2\n", name)
    n_lines = len(above.splitlines())
    assert library.field_names == ("pIC50",)
    assert library.line(0) == n_lines + 2
    text = library.text(0)
    assert isinstance(text, RecordText)
    assert text.fields == (("pIC50", "5,1"),)
    assert f"header line {n_lines + 1}" in said(library)
    assert records(library) == TWO


def test_titles_stand_above_a_header_without_telling_names(tmp_path: Path) -> None:
    library = opened(tmp_path, "My compounds\nwhat;drug;value\nethanol;CCO;5\npropane;CCC;6\n")
    assert library.source.columns == ("what", "drug", "value")
    assert [smiles for _, smiles in records(library)] == ["CCO", "CCC"]


def test_lines_above_rows_without_a_header_are_no_rows(tmp_path: Path) -> None:
    library = opened(tmp_path, "# a comment\nCCO;5\nCCC;6\n")
    assert "no header line; the first row is line 2" in said(library)
    assert [smiles for _, smiles in records(library)] == ["CCO", "CCC"]


@pytest.mark.parametrize("mark", ["#", "# "])
def test_a_header_may_be_written_as_a_comment(tmp_path: Path, mark: str) -> None:
    library = opened(tmp_path, f"{mark}smiles,name\nCCO,ethanol\nCCC,propane\n")
    assert library.source.columns == ("smiles", "name")
    assert records(library) == TWO


def test_a_column_of_numbers_may_be_called_by_the_number_sign(tmp_path: Path) -> None:
    library = opened(tmp_path, "#,name,smiles\n1,ethanol,CCO\n2,propane,CCC\n")
    assert library.source.columns == ("#", "name", "smiles")
    assert records(library) == TWO


def test_the_user_says_which_line_is_the_header(tmp_path: Path) -> None:
    text = "a;smiles;b\nunits;;nM\nwhat;drug;value\nethanol;CCO;5\npropane;CCC;6\n"
    library = opened(tmp_path, text, header_line=3)
    assert library.source.columns == ("what", "drug", "value")
    assert (library.line(0), said(library)) == (4, "SMILES from 'drug', by its content")
    assert [smiles for _, smiles in records(library)] == ["CCO", "CCC"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('"smiles"\t"active"\n"1"\t"CCO"\t0\n"2"\t"CCC"\t1\n', "a.tsv"),
        ("smiles,active\n1,CCO,0\n2,CCC,1\n", "a.csv"),
        ("drug,active\n1,CCO,0\n2,CCC,1\n", "a.csv"),
        ('"smiles"\n"1","CCO"\n"2","CCC"\n', "a.csv"),
    ],
)
def test_a_header_that_is_one_cell_short_begins_at_the_second_column(tmp_path: Path, text: str, name: str) -> None:
    library = opened(tmp_path, text, name)
    assert "as R writes it" in said(library)
    assert "active" in library.source.columns[2:] or len(library.source.columns) == 2
    assert records(library) == [("", "CCO"), ("", "CCC")]


def test_the_names_of_rows_are_titles(tmp_path: Path) -> None:
    library = opened(tmp_path, "smiles\tactive\nethanol\tCCO\t0\npropane\tCCC\t1\n", "a.tsv")
    assert records(library) == TWO


def test_rows_that_end_with_a_delimiter_do_not_shift_the_header(tmp_path: Path) -> None:
    library = opened(tmp_path, "smiles,name\nCCO,ethanol,\nCCC,propane,\n")
    assert records(library) == TWO


IDS = ["F620", "F621", "CN001", "CCO1", "B12", "P53", "C11", "N0110"]


@pytest.mark.parametrize("divider", ["\t", " ", "   ", ",", ", ", ";", "\t\t"])
@pytest.mark.parametrize("name", ["a.smi", "a.txt", "a.csv"])
@pytest.mark.parametrize("header", [False, True])
def test_an_identifier_that_looks_like_a_smiles_is_told_by_the_whole_column(
    tmp_path: Path, divider: str, name: str, header: bool
) -> None:
    if name == "a.csv" and (divider.startswith(" ") or divider == "\t\t"):
        pytest.skip("no table is divided so")
    structures = ["CCO", "c1ccccc1Cl", "CC(=O)Nc1ccccc1", "C", "CC", "O=C=O", "CCN", "[Na+].[Cl-]"]
    lines = [f"{id_}{divider}{smiles}" for id_, smiles in zip(IDS, structures, strict=True)]
    if header:
        lines.insert(0, f"ID{divider}SMILES")
    found = records(opened(tmp_path, "\n".join(lines) + "\n", name))
    assert [smiles for _, smiles in found] == structures
    if header or name != "a.csv":
        assert [title for title, _ in found] in (IDS, [""] * len(IDS))


def test_identifiers_of_letters_alone_give_way_to_richer_structures(tmp_path: Path) -> None:
    library = opened(tmp_path, "CN CC(=O)O\nCO c1ccccc1\nNO C1CC1\n", "a.smi")
    assert "SMILES from the second word" in said(library)
    assert [smiles for _, smiles in records(library)] == ["CC(=O)O", "c1ccccc1", "C1CC1"]


def test_a_title_that_looks_like_a_smiles_stays_a_title(tmp_path: Path) -> None:
    library = opened(tmp_path, "CCO CO\nc1ccccc1 F620\nCCC CN\n", "a.smi")
    assert (said(library), library.source.smiles_column) == ("", 0)
    assert [title for title, _ in records(library)] == ["CO", "F620", "CN"]


@pytest.mark.parametrize(
    "header",
    [
        "SMILES Name",
        "smiles\tid",
        "Canonical SMILES\tTitle",
        "Canonical SMILES  Title",
        "#SMILES Name",
        "isomeric_smiles compound name",
        "Structure ID SMILES"[10:] + "\tname",
    ],
)
def test_a_smiles_file_may_have_a_header_of_several_words(tmp_path: Path, header: str) -> None:
    assert records(opened(tmp_path, f"{header}\nCCO\tethanol\nCCC\tpropane\n", "a.smi")) == TWO


def test_a_smiles_file_may_begin_with_comments(tmp_path: Path) -> None:
    library = opened(tmp_path, "# a comment\n\nSMILES Name\nCCO ethanol\nCCC propane\n", "a.smi")
    assert (library.line(0), "header line 3; the 2 lines above it" in said(library)) == (4, True)
    assert records(library) == TWO


def test_the_user_says_which_word_of_a_line_is_the_structure(tmp_path: Path) -> None:
    text = "CC CO\nCN CCO\n"
    assert records(opened(tmp_path, text, "a.smi", smiles_column="Column 2")) == [("CC", "CO"), ("CN", "CCO")]
    assert records(opened(tmp_path, text, "a.smi", title_column="")) == [("", "CC"), ("", "CN")]
    named = "smiles parent\nCC CO\nCN CCO\n"
    assert records(opened(tmp_path, named, "a.smi", smiles_column="PARENT")) == [("CC", "CO"), ("CN", "CCO")]


def test_a_smiles_behind_a_smiles_is_its_title(tmp_path: Path) -> None:
    text = "CCO CCN\nc1ccccc1 CO\nCCC |$a;b;c$| CCCl\nCC(C)C CCN extra\n"
    assert records(opened(tmp_path, text, "a.smi")) == [
        *(("CCN", "CCO"), ("CO", "c1ccccc1"), ("CCCl", "CCC |$a;b;c$|"), ("CCN extra", "CC(C)C"))
    ]


@pytest.mark.parametrize("bad", ["no valid smiles", "SMILES not available", "invalid_smiles", "missing smiles"])
def test_a_cell_that_says_there_is_no_structure_is_no_header(tmp_path: Path, bad: str) -> None:
    below = "".join(f"{'C' * n}O,{n}.5\n" for n in range(2, 12))
    with opened(tmp_path, f"{bad},1.5\n{below}") as library:
        assert (len(library), library.source.columns) == (11, ("column 1", "column 2"))
    with opened(tmp_path, f"{bad} x1\nCCO x2\nCCC x3\n", "a.smi") as library:
        assert len(library) == 3


@pytest.mark.parametrize(
    "name",
    [
        "smiles",
        "SMILES string",
        "canonical_smiles",
        "PUBCHEM_OPENEYE_CAN_SMILES",
        "Smiles (salt stripped)",
        "ligand-SMILES",
    ],
)
def test_a_cell_that_is_a_name_of_structures_is_a_header_above_numbers_as_names(tmp_path: Path, name: str) -> None:
    with opened(tmp_path, f"{name},2019\nCCO,1.5\nCCC,2.5\n") as library:
        assert (len(library), library.source.columns) == (2, (name, "2019"))


@pytest.mark.parametrize("blank", ["\u00a0", "\u2003", "\u3000", "\u000b", "\u0085", "\u200b", "\u2028"])
def test_only_spaces_and_tabs_divide_a_line(tmp_path: Path, blank: str) -> None:
    found = records(opened(tmp_path, f"CCOC(=O){blank}CC name\nCCO{blank} ethanol\n{blank}CCC propane\n", "a.smi"))
    assert found[0] == ("name", f"CCOC(=O){blank}CC")
    assert found[1:] == TWO


def test_stray_quotes_swallow_no_rows(tmp_path: Path) -> None:
    rows = [f"{i}\t{'C' * (i % 5 + 1)}\tname {i}" for i in range(40)]
    rows[3] = rows[3].replace("name", '"name')
    rows[30] += '"'
    library = opened(tmp_path, "id\tSMILES\tname\n" + "\n".join(rows) + "\n", "a.tsv")
    assert (len(library), library.line(39)) == (40, 41)
    assert records(library)[3] == ('"name 3', "CCCC")


@pytest.mark.parametrize("middle", ['"CCC\tfirst\n2\tCC"', '"CCC\tfirst\n2\tCC\tx\n3\tC"'])
def test_stray_quotes_may_stand_in_any_cell(tmp_path: Path, middle: str) -> None:
    library = opened(tmp_path, f"id\tSMILES\tname\n0\tCCO\tzero\n1\t{middle}\tlast\n9\tC\tend\n", "a.tsv")
    assert len(library) == 3 + middle.count("\n")


def test_cells_with_lines_of_their_own_stay_whole(tmp_path: Path) -> None:
    text = 'smiles,note,n\nCCO,"one\ntwo, and three\n\nC,four",1\nCCC,"a ""b""\nc",2\n'
    library = opened(tmp_path, text)
    assert len(library) == 2
    first = library.text(0)
    assert isinstance(first, RecordText)
    assert first.fields[0][1] == "one\ntwo, and three\n\nC,four"
    library.close()


@pytest.mark.parametrize("column", ["Structure", "drug", "CXSMILES", "mol"])
def test_structures_with_extensions_are_found_in_a_column_of_any_name(tmp_path: Path, column: str) -> None:
    extended = "C[C@H](F)[C@@H](Cl)N |&1:1,3,r|"
    library = opened(tmp_path, f'id,{column}\nA1,"{extended}"\nA2,"{extended}"\n')
    assert records(library) == [("A1", extended), ("A2", extended)]


@pytest.mark.parametrize(
    ("others", "best"),
    [
        (("scaffold_smiles",), "compound_smiles"),
        (("fragment_smiles", "salt_smiles"), "SMILES"),
        (("Murcko SMILES", "core"), "Canonical_Smiles"),
        (("parent_smiles",), "ligand smiles"),
        (("salt_smiles",), "desalted_smiles"),
        (("Scaffold",), "drug"),
        (("R1_smiles", "R2_smiles", "linker_smiles"), "molecule_smiles"),
    ],
)
@pytest.mark.parametrize("first", [False, True])
def test_of_several_columns_of_smiles_the_compounds_own_is_taken_and_said(
    tmp_path: Path, others: tuple[str, ...], best: str, first: bool
) -> None:
    names = (best, *others) if first else (*others, best)
    row = [("CCCCO" if name == best else "c1ccccc1") for name in names]
    library = opened(tmp_path, "\n".join(",".join(cells) for cells in (names, row, row)) + "\n")
    assert [smiles for _, smiles in records(library)] == ["CCCCO", "CCCCO"]
    assert f"SMILES from '{best}'" in said(library)
    assert all(f"'{name}'" in said(library) for name in others)


def test_a_column_called_smiles_that_is_empty_gives_way(tmp_path: Path) -> None:
    library = opened(tmp_path, "smiles,canonical_smiles,n\n,CCO,1\n,CCC,2\n")
    assert [smiles for _, smiles in records(library)] == ["CCO", "CCC"]
    assert "from 'canonical_smiles'; also there: 'smiles'" in said(library)


def test_a_title_column_that_is_empty_in_most_rows_gives_way(tmp_path: Path) -> None:
    rows = "".join(f"CHEMBL{i},{'aspirin' if i == 2 else ''},CCO\n" for i in range(6))
    library = opened(tmp_path, f"ChEMBL ID,Name,Smiles\n{rows}")
    assert "titles from 'ChEMBL ID', not from 'Name', which is empty in most rows" in said(library)
    assert records(library)[1] == ("CHEMBL1", "CCO")


def test_what_is_the_only_thing_to_take_is_not_said(tmp_path: Path) -> None:
    assert said(opened(tmp_path, "name,smiles,x\nethanol,CCO,1\n")) == ""
    assert said(opened(tmp_path, "CCO ethanol\n", "a.smi")) == ""


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f'name,InChI\nethanol,"{ETHANOL}"\nmethane,{METHANE}\n', "a.csv"),
        (f"name;Standard InChI\nethanol;{ETHANOL}\nmethane;{METHANE}\n", "a.csv"),
        (f"name\tcode\nethanol\t{ETHANOL}\nmethane\t{METHANE}\n", "a.tsv"),
        (f"{ETHANOL} ethanol\n{METHANE}\tmethane\n", "a.txt"),
        (f"{ETHANOL} ethanol\n{METHANE}\tmethane\n", "a.smi"),
        (f"ethanol\t{ETHANOL}\nmethane\t{METHANE}\n", "a.txt"),
        (f"InChI Name\n{ETHANOL} ethanol\n{METHANE}\tmethane\n", "a.txt"),
    ],
)
def test_inchi_are_structures(tmp_path: Path, text: str, name: str) -> None:
    assert records(opened(tmp_path, text, name)) == [("ethanol", ETHANOL), ("methane", METHANE)]


@pytest.mark.parametrize("name", ["a.csv", "a.txt"])
@pytest.mark.parametrize("header", ["name,molfile\n", "name,x\n", ""])
def test_connection_tables_in_cells_are_structures(tmp_path: Path, name: str, header: str) -> None:
    library = opened(tmp_path, f'{header}one,"{BLOCK}"\ntwo,"{BLOCK.strip()}"\n', name)
    assert library.source.format is Format.TABLE
    found = records(library)
    assert [block for _, block in found] == [BLOCK, BLOCK]


def test_a_connection_table_that_lost_its_blank_lines_is_completed(tmp_path: Path) -> None:
    bare = BLOCK.split("\n\n", 1)[1]
    escaped = BLOCK.replace("\n", "\\n")
    found = records(opened(tmp_path, f'name,molfile\na,"{bare}"\nb,"\n{BLOCK}"\nc,"{escaped}"\n'))
    assert [block.split("\n")[3][-5:] for _, block in found] == ["V2000"] * 3


def test_a_smiles_column_goes_before_inchi_and_a_scaffold_after(tmp_path: Path) -> None:
    library = opened(tmp_path, f"InChI,drug\n{METHANE},CCCCO\n{METHANE},CCCCN\n")
    assert "SMILES from 'drug', by its content; also there: 'InChI'" in said(library)
    assert records(library)[0][1] == "CCCCO"
    library = opened(tmp_path, f"InChI,scaffold_smiles\n{METHANE},CCCCO\n{METHANE},CCCCN\n")
    assert records(library)[0][1] == METHANE


def test_a_text_that_is_not_utf_8_says_how_it_was_read(tmp_path: Path) -> None:
    library = opened(tmp_path, "name,smiles\nnaïve,CCO\n".encode("latin-1"))
    assert "was read as Windows-1252" in said(library)
    assert records(library) == [("naïve", "CCO")]


def molecule(library: Library, position: int = 0) -> Molecule:
    with library:
        read = read_molecule(library.source, library.raw(position))
    assert isinstance(read, Molecule)
    return read


@pytest.mark.parametrize(
    ("cell", "smiles", "words"),
    [
        ("CCO |something else|", "CCO", "its CXSMILES extension '|something else|' cannot be read"),
        ("CCO  |atomProp:1.Note.1,2:1.Set.0|", "CCO", "its CXSMILES extension"),
        ("CCO |$a", "CCO", "its CXSMILES extension"),
        ("CCO ethanol", "CCO", "the text 'ethanol' behind the SMILES is no part of it"),
    ],
)
def test_what_stands_behind_a_smiles_and_is_no_extension_costs_itself_only(
    tmp_path: Path, cell: str, smiles: str, words: str
) -> None:
    read = molecule(opened(tmp_path, f'id,smiles\nA1,"{cell}"\nA2,CCC\n'))
    assert (read.text.smiles, read.mol.GetNumAtoms()) == (smiles, 3)
    assert words in read.text.warnings[0]
    assert structure_warnings(RecordText("", cell, ())) == read.text.warnings


def test_a_sound_extension_stays(tmp_path: Path) -> None:
    cell = "C[C@H](F)[C@@H](Cl)N |&1:1,3,r|"
    read = molecule(opened(tmp_path, f'id,smiles\nA1,"{cell}"\n'))
    assert (read.text.smiles, read.text.warnings) == (cell, ())


def test_two_structures_in_a_cell_are_rejected(tmp_path: Path) -> None:
    with opened(tmp_path, "id,smiles\nA1,CCO CCN\nA2,CCC\n") as library:
        assert isinstance(read_molecule(library.source, library.raw(0)), Rejected)


def test_a_no_break_space_in_a_smiles_is_named(tmp_path: Path) -> None:
    with opened(tmp_path, "CCOC(=O)\u00a0CC name\nCCO x\n", "a.smi") as library:
        read = read_molecule(library.source, library.raw(0))
    assert isinstance(read, Rejected)
    assert "character 9 is a no-break space" in read.reason


def test_the_atoms_of_an_inchi_are_those_of_its_own_numbering(tmp_path: Path) -> None:
    read = molecule(opened(tmp_path, f'name,InChI\nethanol,"{ETHANOL}"\n'))
    assert [atom.GetSymbol() for atom in read.mol.GetAtoms()] == ["C", "C", "O"]
    assert read.text.smiles is None


@pytest.mark.parametrize("inchi", ["InChI=1S/C2H6O/c1-2-9/h3H", "InChI=nonsense", "InChI="])
def test_an_inchi_that_is_none_is_rejected_with_the_reason(tmp_path: Path, inchi: str) -> None:
    with opened(tmp_path, f'name,InChI\nethanol,"{inchi}"\nmethane,{METHANE}\n') as library:
        read = read_molecule(library.source, library.raw(0))
    assert isinstance(read, Rejected)
    assert read.reason == f"'{inchi}' is not an InChI that can be read"


def test_the_atoms_of_a_connection_table_in_a_cell_are_in_its_order(tmp_path: Path) -> None:
    read = molecule(opened(tmp_path, f'name,molfile\none,"{BLOCK}"\n'))
    assert (read.mol.GetNumAtoms(), read.mol.GetNumConformers()) == (2, 1)


SDF = "".join(
    f"{{title}}\n  own\n\n{BLOCK.split(chr(10), 3)[3]}> <No>\nX{i}\n\n> <kind>\nacid\n\n$$$$\n" for i in range(3)
)


def test_the_records_of_an_sdf_without_titles_are_offered_a_field(tmp_path: Path) -> None:
    for title in ("", "Molecule"):
        library = opened(tmp_path, SDF.format(title=title), "a.sdf")
        assert "a field that differs from record to record: 'No'" in said(library)
        assert records(library)[1][0] == title
    assert said(opened(tmp_path, SDF.replace("{title}", "one", 1).format(title="two"), "a.sdf")) == ""


@pytest.mark.parametrize("name", ["No", "no", "column 1"])
def test_a_field_of_an_sdf_may_hold_the_titles(tmp_path: Path, name: str) -> None:
    library = opened(tmp_path, SDF.format(title=""), "a.sdf", title_column=name)
    assert (said(library), library.field_names) == ("", ("No", "kind"))
    assert [title for title, _ in records(library)] == ["X0", "X1", "X2"]


def test_a_field_that_no_record_has_cannot_hold_the_titles(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="known: No, kind"):
        opened(tmp_path, SDF.format(title=""), "a.sdf", title_column="gone")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{ \n s_m_m2io_version\n :::\n 2.0.0\n}\n\nf_m_ct {\n}\n", "a Maestro file"),
        ("f_m_ct {\n s_m_title\n", "a Maestro file"),
        ('<datawarrior-fileinfo>\n<version="3.1">\n', "a DataWarrior file"),
        ('<?xml version="1.0"?>\n<!DOCTYPE CDXML SYSTEM "x">\n<CDXML>', "a ChemDraw CDXML file"),
        ("AAAAAAAAAAAAAA-BBBBBBBBBB-N\n", "a list of InChIKeys"),
    ],
)
def test_a_file_of_another_program_is_called_by_its_name(tmp_path: Path, text: str, what: str) -> None:
    for name in ("a.mae", "a.csv"):
        with pytest.raises(LibraryError, match=what):
            opened(tmp_path, text, name)


@pytest.mark.parametrize("counts", ["0 1  1  0", "1 0  0  0", "  11 0  0"])
def test_a_counts_line_with_a_space_inside_its_numbers_costs_the_record_only(tmp_path: Path, counts: str) -> None:
    broken = BLOCK.replace("  2  1  0", counts, 1).replace("M  END\n", "")
    with opened(tmp_path, f"{BLOCK}$$$$\n{broken}$$$$\n", "a.sdf") as library:
        assert isinstance(read_molecule(library.source, library.raw(0)), Molecule)
        assert isinstance(read_molecule(library.source, library.raw(1)), Rejected)


@pytest.mark.parametrize("separator", ["™", "a", "7", "é", "\n"])
def test_a_separator_that_is_none_divides_nothing(tmp_path: Path, separator: str) -> None:
    text = f"sep={separator}\nName;SMILES\nethanol;CCO\npropane;CCC\n"
    for data in (text.encode(), text.encode("cp1252")):
        assert records(opened(tmp_path, data)) == TWO


def test_a_stray_quote_behind_what_is_no_structure_swallows_no_rows(tmp_path: Path) -> None:
    text = 'id\tSMILES\tname\n1\tCC\tx\n2\tn/a\t"first\n3\tCCC\tb\n4\tCCCC\tsecond"\n5\tC\te\n'
    assert [title for title, _ in records(opened(tmp_path, text, "a.tsv"))] == ["x", '"first', "b", 'second"', "e"]
