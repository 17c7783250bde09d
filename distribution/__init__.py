"""What turns the program into one folder that runs without Python: used by ``build.spec`` alone."""
