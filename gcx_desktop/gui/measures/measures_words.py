"""The texts of the Measures panel: what its figures mean, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...kinds.kind import Words
from ...library.labels.label_meaning import shown_word

if TYPE_CHECKING:
    from ...app.evaluation.measure_library import LibraryEvaluation
    from ...app.explaining.value_words import ValueWords

SANE = "No method is suspicious: the maps of a network that has learned nothing look different."
MODEL_WANTED = "Choose a model to see how far its predictions and highlights can be trusted."
NO_LIBRARY = "Open a library with a column of true classes to see how far predictions and highlights can be trusted."
READING = "Looking for columns that hold classes…"
UNSETTLED = "Which of these labels is which class cannot be known. Choose the column, and say what each value means."
RUNNING = "Evaluating; the line at the bottom of the window says how far it is."


def method_tip(words: Words) -> str:
    return f"How the {words.nodes} that matter are found"


def fidelity_tip(words: Words, value: ValueWords | None = None) -> str:
    """:param value: that is predicted; ``None`` for classes"""
    if value is not None:
        unit = f", in {value.unit}" if value.unit else ""
        return (
            f"How far {value.name} falls without the {words.nodes} that raise it and rises without those that lower "
            f"it,\nthe mean of both{unit}. High: the network really uses these {words.nodes}. Compare it with random "
            f"{words.nodes}."
        )
    return (
        f"Without the highlighted {words.nodes}, which share of the {words.records} is not predicted rightly any "
        "more?\n"
        f"High: the network really uses these {words.nodes}. But a map that highlights everything is high as well,\n"
        f"so compare it with random {words.nodes} and look at sparsity."
    )


def random_tip(words: Words) -> str:
    return (
        f"The same for as many {words.nodes} chosen at random.\n"
        "A method that is not above this found nothing that chance does not."
    )


def verdict_tip(words: Words, value: ValueWords | None = None) -> str:
    """:param value: that is predicted; ``None`` for classes"""
    if value is not None:
        return (
            f"Whether masking the highlighted {words.nodes} moves {value.name} as the map says further than masking "
            "random ones,\nby more than may be chance (two standard errors)"
        )
    return (
        f"Whether masking the highlighted {words.nodes} costs more right predictions than masking random ones,\n"
        "by more than may be chance (two standard errors)"
    )


def contrastivity_tip(words: Words, value: ValueWords | None = None) -> str:
    """:param value: that is predicted; ``None`` for classes"""
    if value is not None:
        return (
            f"How different are the {words.nodes} that raise {value.name} from those that lower it?\n"
            f"1: no {words.node} does both; 0: the same {words.nodes} for both, so the map does not tell them apart."
        )
    return (
        f"How different are the {words.nodes} that speak for one class from those that speak for the other?\n"
        f"1: no {words.node} speaks for both; 0: the same {words.nodes} for both, so the map does not tell the classes "
        "apart."
    )


def sparsity_tip(words: Words, value: ValueWords | None = None) -> str:
    """:param value: that is predicted; ``None`` for classes"""
    said = "for no class" if value is None else "neither for raising nor for lowering it"
    return (
        f"Which share of {words.a_record}'s {words.nodes} is highlighted {said}?\n"
        f"Near 1: a few {words.nodes} are pointed at; 0: the whole {words.record} is."
    )


def attribution_tip(words: Words) -> str:
    return (
        f"The chance that {words.a_node} that defines the class has a higher value than another one in the map of the\n"
        f"true class, averaged over the {words.records} that hold both. 0.5: no better than any order, 1: always."
    )


def shares_tip(words: Words, value: ValueWords | None = None) -> str:
    """:param value: that is predicted; ``None`` for classes"""
    if value is not None:
        return (
            f"The same share of the {words.nodes} is masked for every method and both directions, the strongest "
            f"first.\nThe grey line masks the same random {words.nodes} for both, which moves {value.name} neither way "
            "on average."
        )
    return (
        f"The same share of the {words.nodes} is masked for every method, the strongest first, so that a map gains "
        "nothing from\n"
        f"highlighting much. The grey line masks random {words.nodes}: a good method is far above it at the left."
    )


def click_tip(words: Words) -> str:
    return f"A click shows the {words.records} behind a number."


QUALITY = {
    "auc_roc": "AUC-ROC",
    "auc_pr": "AUC-PR",
    "accuracy": "Accuracy",
    "balanced_accuracy": "Balanced accuracy",
    "calibration_error": "Calibration error",
}
"""Measures of the predictions: key → name."""


VALUE_QUALITY = {"rmse": "RMSE", "mae": "Mean error", "r2": "R²", "spearman": "Spearman"}
"""Measures of predicted values: key → name."""
IN_UNIT = ("rmse", "mae")
"""Those that are in the unit of the value."""


def value_quality_tips(words: Words) -> dict[str, str]:
    """Tooltips by the keys of :data:`VALUE_QUALITY`."""
    return {
        "rmse": (
            "The root of the mean of the squared errors: how far a prediction is off, the largest errors counted "
            f"most.\nCompare it with how far the measured values of the {words.records} themselves are spread."
        ),
        "mae": "How far a prediction is off on average, all errors counted alike.",
        "r2": (
            "The share of the variance of the measured values that the predictions explain.\n"
            f"1: all of it; 0: no better than the mean of all {words.records}; below: worse than that."
        ),
        "spearman": (
            f"How well the predictions order the {words.records}, whatever their numbers: 1 as measured, 0 at random,\n"
            "below 0 the other way round."
        ),
    }


def value_points(words: Words) -> str:
    """What stands under the figures of values."""
    return (
        f"A click on a point shows its {words.record}, on a bar those {words.records}. Points on the dashed line: as "
        "measured; the bands are once and twice the RMSE."
    )


def quality_tips(words: Words) -> dict[str, str]:
    """Tooltips by the keys of :data:`QUALITY`."""
    return {
        "auc_roc": (
            f"The chance that {words.a_record} of the class gets a higher probability than one of another class.\n"
            "0.5: guessing, 1: perfect order."
        ),
        "auc_pr": (
            f"If the most probable {words.records} are taken first: the mean share of true ones among those taken.\n"
            "Compare it with the share of true ones in the library, which guessing gets."
        ),
        "accuracy": (f"The share of {words.records} whose class is predicted rightly. Easy where one class is rare."),
        "balanced_accuracy": (
            "The share predicted rightly within each class, averaged over the classes: rare ones count as much.\n"
            "0.5: guessing between two classes."
        ),
        "calibration_error": (
            f"How far probabilities are from what comes true, on average: of {words.records} called 80 % likely,\n"
            "80 % should be of the class. 0: probabilities can be taken at their word."
        ),
    }


def remembers(words: Words) -> str:
    """The warning for the file on which the model was trained."""
    return (
        f"The model was trained on these {words.records}, so this says how well it remembers them, not how it does on "
        "others."
    )


def other_file(words: Words) -> str:
    return (
        f"This is not the file that the model's card says it was trained on; {words.records} that are in both are "
        "remembered all the same."
    )


def points(words: Words) -> str:
    click = f"A click on a point or cell shows its {words.records}."
    return f"{click} Points on the dashed line: probabilities that come true."


def sanity(words: Words) -> str:
    return (
        "The network's layers are given random weights, from the output down. A map that explains the network must "
        f"change; one that stays much the same shows the {words.record}, whatever the network has learned."
    )


def before_evaluating(words: Words, value: ValueWords | None = None) -> str:
    """:param value: that is predicted; ``None`` for classes"""
    if value is not None:
        return (
            f"Evaluate asks, of {words.records} whose {value.name} was measured, how good the predictions are and how "
            f"far the {words.nodes} that each method highlights move them."
        )
    return (
        f"Evaluate asks, of {words.records} whose class is known, how good the predictions are and how much the "
        f"{words.nodes} that each method highlights matter for them."
    )


def no_label(file: str, model: str, class_names: tuple[str, ...]) -> str:
    """Why a library with label columns cannot be evaluated."""
    numbers = ", ".join(str(i) for i in range(len(class_names)))
    return (
        f"No column of {file} can be the true classes of the model {model}: it would hold {', '.join(class_names)}, or "
        f"{numbers}, or as many words as there are classes."
    )


def no_values(file: str, model: str, value: ValueWords) -> str:
    """Why a library cannot be evaluated for a model of values."""
    return f"No column of {file} holds numbers with which {value.name} of the model {model} could be compared."


def choose_values(value: ValueWords) -> str:
    """The advice where no column is called like the model's own."""
    return f"Choose the column that holds measured values of {value.name}."


def measured_by(measured: LibraryEvaluation) -> str:
    """The notice that the figures belong to another column than the chosen one."""
    meaning = measured.evaluation.meaning
    return f"The figures below are of ‘{shown_word(measured.label)}’" + (f" ({meaning.sentence})." if meaning else ".")


def no_task(model: str, class_names: tuple[str, ...]) -> str:
    """Why a library with named label tasks cannot be evaluated."""
    return (
        f"None of the tasks that come with the program has the classes of the model {model}: {', '.join(class_names)}. "
        "The command gcx evaluate takes others with --tasks."
    )


def suspicion(method: str, correlation: float) -> str:
    """The warning about a method whose maps hardly change when the network is randomised."""
    return f"{method}: suspicious. Its maps of a network of random weights are much the same ({correlation:.2f})."
