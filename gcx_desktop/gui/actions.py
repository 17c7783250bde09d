"""Every action of the window, its key, and its menu."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from ..app.explaining.method_names import FOREST_METHOD, N_PAPER_METHODS, names_with_forest
from ..app.libraries.marks import MARK_COLOURS
from ..app.output.export_kinds import ALL, FILTERED, KIND_NAMES, PICTURE_KINDS, SELECTED, TABLE_KINDS
from ..kinds.registry import DEFAULT_KIND
from .pictures.mark_icons import mark_icon
from .widgets.appearance import THEMES
from .widgets.icons import line_icon
from .widgets.plain_labels import plain_tooltip
from .widgets.theme import paper_for

KEYS = """\
Ctrl+O\topen a file
Ctrl+Shift+O\topen a table, saying how it is to be read
Ctrl+S\tkeep the work in a project, which saves what comes as it comes
Ctrl+Shift+S\tsave the project under another name
Ctrl+W\tclose the library
Ctrl+Q\tquit
Ctrl+C\tcopy the selected records as SMILES
Ctrl+V\tpaste molecules (SMILES or a molblock) as a library, or behind those pasted before
Ctrl+F\tsearch
Ctrl+Shift+F\tfind a part of this molecule in others: draws it, to be cut down
C N O S P F I L B\tin that drawing: the atom's element (L: Cl, B: Br); A Q X: any atom, any but carbon, any halogen
1 2 3 R =\tin that drawing: a single, double, triple bond, a benzene ring, a bond between the last two atoms
Ctrl+Z Ctrl+Shift+Z\ttake back a mark, a note or a filter, do it again
Alt+1 … Alt+5\tmark the selected records red, green, violet, teal, magenta; Alt+0: none
F2\twrite a note on the record that is shown
Ctrl+A\tselect all records
F5\texplain all records
Esc\tstop
Ctrl+1 Ctrl+2\tthe library as a table, as a gallery
↑ ↓\tprevious or next record
Home End\tfirst or last record
← →\tin the molecule: the next stronger or weaker atom; Home, End: the strongest, the weakest
Space\tin the molecule: select that atom to test what masking it does (also: click, Ctrl+click; Shift+drag: a lasso)
R F H I\tin the molecule: select its ring system, its highlighted fragment, all highlighted atoms, the others; Esc: none
Space Return\tin the substructures: the molecules that contain it, these as a gallery, turned alike; Esc: all again
Ctrl++ Ctrl+− Ctrl+0\tdepiction larger, smaller, whole (also: wheel; double-click)
Shift+arrows\tmove the depiction (also: drag)
F1\tthis list\
"""

EVALUATE_TIP = "How far predictions and highlights can be trusted, from {records} whose class is known"
RUN_TIP = "Predict and explain all records (F5)"


@dataclass(slots=True)
class Actions:
    """The actions, each an attribute, and the menus that are filled later."""

    window: QMainWindow
    named: dict[str, QAction] = field(default_factory=dict)
    recent: QMenu = field(init=False)
    unsaved: QMenu = field(init=False)
    models: QMenu = field(init=False)
    classes: QMenu = field(init=False)
    columns: QMenu = field(init=False)
    docks: QMenu = field(init=False)
    methods: QActionGroup = field(init=False)
    themes: QActionGroup = field(init=False)
    views: QActionGroup = field(init=False)
    exports: dict[tuple[str, str], QAction] = field(default_factory=dict)
    """(which, kind) → action."""
    icons: dict[str, str] = field(default_factory=dict)
    """Action → icon of those on the toolbar."""

    def __getitem__(self, name: str) -> QAction:
        return self.named[name]

    def build(self) -> None:
        """Makes the menu bar."""
        self._file()
        self._edit()
        self._view()
        self._model()
        self._explain()
        self._help()

    def colour_icons(self) -> None:
        """Draws the icons in the window's text colour, and the marks for its paper."""
        for name, icon in self.icons.items():
            self.named[name].setIcon(line_icon(icon, self.window.palette()))
        for colour in MARK_COLOURS:
            self.named[f"mark-{colour.number}"].setIcon(mark_icon(colour, paper_for(self.window.palette())))

    def connect(self, name: str, slot: Callable[[], object]) -> None:
        self.named[name].triggered.connect(lambda _=False: slot())

    def _add(
        self,
        menu: QMenu,
        name: str,
        words: str,
        keys: QKeySequence.StandardKey | str | None = None,
        icon: str = "",
    ) -> QAction:
        action = QAction(words, self.window)
        if icon:
            self.icons[name] = icon
            action.setIconVisibleInMenu(False)
        if isinstance(keys, QKeySequence.StandardKey):
            action.setShortcuts(keys)  # all keys that the system knows, such as Ctrl+Insert besides Ctrl+C
        elif keys is not None:
            action.setShortcut(QKeySequence(keys))
        self.named[name] = action
        menu.addAction(action)
        return action

    def _menu(self, words: str) -> QMenu:
        menu = self.window.menuBar().addMenu(words)
        menu.setToolTipsVisible(True)
        return menu

    def _file(self) -> None:
        menu = self._menu("&File")
        self._add(menu, "open", "&Open…", "Ctrl+O", "open")
        self.named["open"].setIconText("Open")
        self._add(menu, "open-options", "Open &With Options…", "Ctrl+Shift+O")
        self.recent = menu.addMenu("Open &Recent")
        self.unsaved = menu.addMenu("Restore &Unsaved Work")
        self._add(menu, "sample", "Open &Sample Library")
        menu.addSeparator()
        self._add(menu, "save", "&Save Project", "Ctrl+S")
        self._add(menu, "save-as", "Save Project &As…", "Ctrl+Shift+S")
        menu.addSeparator()
        export = menu.addMenu("&Export")
        self.named["export"] = export.menuAction()
        for which, words in ((ALL, "&All"), (FILTERED, "&Filtered"), (SELECTED, "&Selected")):
            part = export.addMenu(words)
            for kind in (*TABLE_KINDS, *PICTURE_KINDS):
                name = KIND_NAMES.get(kind, kind.upper())
                files = " files…" if kind in PICTURE_KINDS else "…"
                self.exports[which, kind] = self._add(part, f"export-{which}-{kind}", f"{name}{files}")
        self._add(menu, "report", "&Report…")
        menu.addSeparator()
        self._add(menu, "close", "&Close", "Ctrl+W")
        self._add(menu, "quit", "&Quit", "Ctrl+Q").setMenuRole(QAction.MenuRole.QuitRole)

    def _edit(self) -> None:
        menu = self._menu("&Edit")
        self._add(menu, "undo", "&Undo", QKeySequence.StandardKey.Undo)
        self._add(menu, "redo", "&Redo", QKeySequence.StandardKey.Redo)
        menu.addSeparator()
        copy = menu.addMenu("&Copy as")
        self.named["copy"] = copy.menuAction()
        self._add(copy, "copy-smiles", "&SMILES", QKeySequence.StandardKey.Copy)
        self._add(copy, "copy-molblock", "&Molblock")
        self._add(copy, "copy-png", "&PNG")
        self._add(copy, "copy-svg", "S&VG")
        self._add(menu, "save-picture", "Sa&ve Picture…")
        self._add(menu, "paste", "&Paste Molecules", QKeySequence.StandardKey.Paste)
        menu.addSeparator()
        mark = menu.addMenu("&Mark")
        self.named["mark"] = mark.menuAction()
        self._add(mark, "mark-0", "&None", "Alt+0")
        for colour in MARK_COLOURS:
            self._add(mark, f"mark-{colour.number}", f"&{colour.name}", f"Alt+{colour.number}")
        self._add(menu, "note", "N&ote…", "F2")
        menu.addSeparator()
        self._add(menu, "find", "&Find", QKeySequence.StandardKey.Find)
        self._add(menu, "find-like", "Find Substructure &Like This…", "Ctrl+Shift+F")
        self._add(menu, "select-all", "Select &All", QKeySequence.StandardKey.SelectAll)

    def _view(self) -> None:
        menu = self._menu("&View")
        self.views = QActionGroup(self.window)
        for name, words, keys in (("table", "&Table", "Ctrl+1"), ("gallery", "&Gallery", "Ctrl+2")):
            action = self._add(menu, name, words, keys)
            action.setCheckable(True)
            self.views.addAction(action)
        self.named["table"].setChecked(True)
        menu.addSeparator()
        self.columns = menu.addMenu("&Columns")
        self._add(menu, "sort-disagreement", "Sort by &Disagreement of Methods")
        self._add(menu, "sort-agreement", "Sort by &Agreement of Methods")
        for name in ("sort-disagreement", "sort-agreement"):
            self.named[name].setToolTip("Explains all records by all methods first, in the background")
        menu.addSeparator()
        self._add(menu, "zoom-in", "Zoom &In", QKeySequence.StandardKey.ZoomIn)
        self._add(menu, "zoom-out", "Zoom &Out", QKeySequence.StandardKey.ZoomOut)
        self._add(menu, "zoom-reset", "&Whole Molecule", "Ctrl+0")
        self._add(menu, "atom-numbers", "Atom &Numbers").setCheckable(True)
        menu.addSeparator()
        theme = menu.addMenu("&Theme")
        self.themes = QActionGroup(self.window)
        for name in THEMES:
            action = self._add(theme, f"theme-{name.lower()}", name)
            action.setCheckable(True)
            self.themes.addAction(action)
        menu.addSeparator()
        self.docks = menu

    def _model(self) -> None:
        self.models = self._menu("&Model")
        train = self._add(self.models, "train", "&Train…")
        train.setToolTip("Make a model of measured values, such as those of the open table")
        self.models.addSeparator()
        self._add(self.models, "open-model", "&Open Model Folder…")
        imported = self._add(self.models, "import-model", "&Import Model…")
        imported.setToolTip("Take a model that was sent as a file (.gcxm) among your own")
        manage = self._add(self.models, "manage-models", "&Models…")
        manage.setToolTip("All models and their cards; rename, describe, delete and export your own")
        self._add(self.models, "about-model", "&About This Model")
        self.models.addSeparator()
        salts = self.models.addMenu("&Salts and Charges")
        salts.setToolTipsVisible(True)
        self.named["salts"] = salts.menuAction()
        as_trained = self._add(salts, "prepare-as-trained", "As the Model Was &Trained")
        as_trained.setToolTip("Do to molecules what was done to those that the model was trained on")
        salts.addSeparator()
        largest = self._add(salts, "keep-largest-fragment", "Keep &Largest Fragment")
        largest.setToolTip(
            "Predict only the fragment of a salt or mixture with the most heavy atoms, organic if there is one"
        )
        neutralise = self._add(salts, "neutralise", "&Neutralise")
        neutralise.setToolTip("Predict molecules without the charges that hydrogens can remove")
        for action in (as_trained, largest, neutralise):
            action.setCheckable(True)
        as_trained.setChecked(True)

    def set_forest_available(self, available: bool) -> None:
        """Sets whether the model has a forest's map."""
        self.named[f"method-{FOREST_METHOD}"].setEnabled(available)

    def _explain(self) -> None:
        menu = self._menu("E&xplain")
        self._add(menu, "run", "&Run", "F5", "run")
        self.named["run"].setIconText("Explain all")
        self.named["run"].setToolTip(plain_tooltip(RUN_TIP))
        self._add(menu, "stop", "&Stop", "Esc", "stop")
        self.named["stop"].setToolTip("Stop (Esc); what is done stays")
        menu.addSeparator()
        evaluate = self._add(menu, "evaluate", "&Evaluate…")
        evaluate.setToolTip(plain_tooltip(EVALUATE_TIP.format(records=DEFAULT_KIND.words.records)))
        substructures = self._add(menu, "substructures", "Find &Substructures…")
        substructures.setToolTip("What the explanations highlight again and again over the library")
        menu.addSeparator()
        method = menu.addMenu("&Method")
        self.methods = QActionGroup(self.window)
        for id_, words in names_with_forest().items():
            action = self._add(method, f"method-{id_}", words)
            action.setCheckable(True)
            action.setData(id_)
            self.methods.addAction(action)
        method.insertSeparator(self.methods.actions()[N_PAPER_METHODS])
        method.insertSeparator(self.named[f"method-{FOREST_METHOD}"])
        self.set_forest_available(False)
        self.classes = menu.addMenu("&Class")

    def _help(self) -> None:
        menu = self._menu("&Help")
        self._add(menu, "keys", "&Keys", "F1")
        diagnostics = self._add(menu, "copy-diagnostics", "Copy &Diagnostics")
        diagnostics.setToolTip("Versions, system and settings, without names of files, for reporting a fault")
        self._add(menu, "about", "&About gcx-desktop").setMenuRole(QAction.MenuRole.AboutRole)
