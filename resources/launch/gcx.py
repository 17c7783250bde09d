"""Where the packaged command starts."""

import multiprocessing
import sys

from gcx_desktop.cli.main import main

if __name__ == "__main__":
    multiprocessing.freeze_support()
    sys.exit(main())
