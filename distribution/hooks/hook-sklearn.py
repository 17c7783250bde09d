"""scikit-learn, with what growing a forest loads: its compiled modules import others, which no analysis finds."""

from PyInstaller import isolated
from PyInstaller.utils.hooks import collect_data_files

PACKAGES = ("sklearn", "scipy", "joblib", "threadpoolctl")


@isolated.decorate
def modules(packages):
    """The modules of some packages that are there after a forest was grown."""
    import sys

    import numpy as np
    from sklearn.ensemble import RandomForestClassifier

    RandomForestClassifier(2, n_jobs=2).fit(np.eye(4), [0, 1, 0, 1])
    return [
        name
        for name, module in sys.modules.items()
        if name.split(".")[0] in packages and getattr(module, "__spec__", None) and getattr(module, "__file__", None)
    ]


hiddenimports = modules(PACKAGES)
# Classes of scikit-learn read how they look in a notebook as soon as they are imported.
datas = collect_data_files("sklearn", includes=["**/*.css", "**/*.js"])
