"""Where the packaged window starts."""

import multiprocessing
import sys

from gcx_desktop.gui.start.launch import main

if __name__ == "__main__":
    multiprocessing.freeze_support()
    sys.exit(main())
