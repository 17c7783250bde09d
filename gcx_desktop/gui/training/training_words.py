"""The sentences of the training window."""

from __future__ import annotations

from ...app.training.training_choices import Effort
from ...gcn.fitting.split_protocol import SplitProtocol
from ...library.labels.value_scale import Transform

SPLIT_NAMES = {
    SplitProtocol.SCAFFOLD: "Rarest scaffolds",
    SplitProtocol.SCAFFOLD_BALANCED: "Other scaffolds",
    SplitProtocol.RANDOM: "Random molecules",
}
SPLIT_ASKS = {
    SplitProtocol.SCAFFOLD: "A tenth is held out: the molecules of the rarest ring systems (MoleculeNet's scaffold "
    "split). Asks most; says what to expect of new chemistry.",
    SplitProtocol.SCAFFOLD_BALANCED: "A tenth is held out: molecules of ring systems that the network has not seen.",
    SplitProtocol.RANDOM: "A tenth is held out at random. Asks least; says what to expect of molecules like these.",
}
EFFORT_NAMES = {Effort.QUICK: "Quick", Effort.THOROUGH: "Thorough"}
EFFORT_SAYS = {
    Effort.QUICK: "Three networks, judged once: minutes, for a first look.",
    Effort.THOROUGH: "Five networks, judged five times, each longer: about ten times as long, for use.",
}
TRANSFORM_NAMES = {
    Transform.NONE: "as they are",
    Transform.LOG10: "log10",
    Transform.NEGATIVE_LOG10: "−log10",
}
TRANSFORM_SAYS = {
    Transform.NONE: "For what is a logarithm already, such as pIC50 or log S, or a percentage",
    Transform.LOG10: "The logarithm of the numbers",
    Transform.NEGATIVE_LOG10: "Makes pIC50, pKi and the like of concentrations, in mol/l",
}
NO_TABLE = "Open a table with measured values first, or choose a file here."
READING_COLUMNS = "Looking at the columns…"
CUT_WANTED = "Say which numbers are active, such as >= 6.5."
UNIT_WANTED = "−log10 needs the unit of the numbers, such as nM."
LOGARITHM_ADVISED = (
    "They span several powers of ten: usually their logarithm is learned, of concentrations −log10 with their unit."
)
ONE_CLASS = "At least two classes are needed."
NAME_CLASSES = "Double-click a class to name it; classes of one name are one; untick what is no label."
CHOOSE_COLUMN = "Choose the column that is to be predicted."
NOTHING_LEARNABLE = (
    "No column of this table can be learned; the list says why. A label is a column of classes, such as active and "
    "inactive, with at least 20 molecules."
)
READING_RECORDS = "Looking at the molecules…"
NOT_KEPT = "This model is in no folder yet: use it, or save it, to keep it."
LOSS = "A model is being trained, and would be lost."
UNSAVED = "a model that was trained is in no folder yet"
