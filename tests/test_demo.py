"""The demo is the first thing that anyone sees: what it claims of its sample mails has to be so."""

import subprocess
import sys


def test_every_sample_becomes_what_it_should() -> None:
    """`mailticket demo --once` serves its mails over real connections, finds each as expected and ends with 0."""
    run = subprocess.run([sys.executable, "-m", "mailticket", "demo", "--once"], capture_output=True, text=True, timeout=300, check=False)
    assert "WRONG" not in run.stdout
    assert (run.returncode, run.stderr) == (0, "")
    assert ", 0 wrong;" in run.stdout
