"""What the figures of the Measures panel mean, in a chemist's words."""

from __future__ import annotations

METHOD_TIP = "How the atoms that matter are found"
FIDELITY_TIP = (
    "Without the highlighted atoms, which share of the molecules is not predicted rightly any more?\n"
    "High: the network really uses these atoms. But a map that highlights everything is high as well,\n"
    "so compare it with random atoms and look at sparsity."
)
RANDOM_TIP = (
    "The same for as many atoms chosen at random.\nA method that is not above this found nothing that chance does not."
)
VERDICT_TIP = (
    "Whether masking the highlighted atoms costs more right predictions than masking random ones,\n"
    "by more than may be chance (two standard errors)"
)
CONTRASTIVITY_TIP = (
    "How different are the atoms that speak for one class from those that speak for the other?\n"
    "1: no atom speaks for both; 0: the same atoms for both, so the map does not tell the classes apart."
)
SPARSITY_TIP = (
    "Which share of a molecule's atoms is highlighted for no class?\n"
    "Near 1: a few atoms are pointed at; 0: the whole molecule is."
)
SHARES_TIP = (
    "The same share of the atoms is masked for every method, the strongest first, so that a map gains nothing from\n"
    "highlighting much. The grey line masks random atoms: a good method is far above it at the left."
)
CLICK_TIP = "A click shows the molecules behind a number."

QUALITY = (
    (
        "auc_roc",
        "AUC-ROC",
        (
            "The chance that a molecule of the class gets a higher probability than one of another class.\n"
            "0.5: guessing, 1: perfect order."
        ),
    ),
    (
        "auc_pr",
        "AUC-PR",
        (
            "If the most probable molecules are taken first: the mean share of true ones among those taken.\n"
            "Compare it with the share of true ones in the library, which guessing gets."
        ),
    ),
    ("accuracy", "Accuracy", "The share of molecules whose class is predicted rightly. Easy where one class is rare."),
    (
        "balanced_accuracy",
        "Balanced accuracy",
        (
            "The share predicted rightly within each class, averaged over the classes: rare ones count as much.\n"
            "0.5: guessing between two classes."
        ),
    ),
    (
        "calibration_error",
        "Calibration error",
        (
            "How far probabilities are from what comes true, on average: of molecules called 80 % likely,\n"
            "80 % should be of the class. 0: probabilities can be taken at their word."
        ),
    ),
)
"""Key, name and meaning."""

REMEMBERS = (
    "The model was trained on these molecules, so this says how well it remembers them, not how it does on others."
)
OTHER_FILE = (
    "This is not the file that the model's card says it was trained on; molecules that are in both are remembered all "
    "the same."
)
POINTS = "A click on a point or cell shows its molecules. Points on the dashed line: probabilities that come true."
SANITY = (
    "The network's layers are given random weights, from the output down. A map that explains the network must change; "
    "one that stays much the same shows the molecule, whatever the network has learned."
)
SANE = "No method is suspicious: the maps of a network that has learned nothing look different."
READY = (
    "Evaluate asks, of molecules whose class is known, how good the predictions are and how much the atoms that each "
    "method highlights matter for them."
)
NO_LIBRARY = "Open a library with a column of true classes to see how far predictions and highlights can be trusted."
READING = "Looking for columns that hold classes…"
RUNNING = "Evaluating; the line at the bottom of the window says how far it is."


def no_label(file: str, model: str, class_names: tuple[str, ...]) -> str:
    """Why a library cannot be evaluated."""
    numbers = ", ".join(str(i) for i in range(len(class_names)))
    return (
        f"No column of {file} can be the true classes of the model {model}: it would hold {', '.join(class_names)}, or "
        f"{numbers}, or as many words as there are classes."
    )


def suspicion(method: str, correlation: float) -> str:
    """Of a method that hardly changes when the network is randomised."""
    return f"{method}: suspicious. Its maps of a network of random weights are much the same ({correlation:.2f})."
