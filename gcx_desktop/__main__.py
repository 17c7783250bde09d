"""``python -m gcx_desktop`` opens the window, as ``gcx-desktop`` does."""

import sys

if __name__ == "__main__":
    from gcx_desktop.gui.start.launch import main

    sys.exit(main())
